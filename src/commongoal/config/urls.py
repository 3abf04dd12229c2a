"""Every address: our own from the table of routes, and those of sign-in."""

from django.urls import URLPattern, URLResolver, include, path

from commongoal.web.routes import ROUTES, as_pattern

urlpatterns: list[URLPattern | URLResolver] = [
    *(as_pattern(route) for route in ROUTES),
    path("account/", include("commongoal.web.sign_in_urls")),
]
handler400 = "commongoal.web.faults.bad_request"
handler403 = "commongoal.web.faults.not_allowed"
handler404 = "commongoal.web.faults.not_found"
handler500 = "commongoal.web.faults.server_fault"
