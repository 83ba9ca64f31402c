"""Every address of the portal. Nouns; each is in tests/access/test_matrix.py or test_api_matrix.py."""

from django.urls import include, path

# The pages first: they register how references are written in addresses.
urlpatterns = [path("", include("desk.urls")), path("api/", include("eiportal.api"))]
