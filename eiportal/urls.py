"""Every address of the portal. Nouns; each is in tests/access/test_matrix.py."""

from django.urls import include, path

urlpatterns = [path("", include("desk.urls"))]
