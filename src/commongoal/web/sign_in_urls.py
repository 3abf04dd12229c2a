"""The addresses of sign-in: those of allauth that we use, and no others. Nobody can sign up."""

from allauth.account import views
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.generic import RedirectView

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-step/", RedirectView.as_view(pattern_name="account"), name="mfa_index"),
    path("two-step/authenticate/", codes.authenticate, name="mfa_authenticate"),
    path("two-step/reauthenticate/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-step/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-step/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("two-step/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
