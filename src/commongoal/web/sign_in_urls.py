"""The addresses of sign-in: those of allauth that we use, and no others."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("two-step/", include("allauth.mfa.urls")),
]
