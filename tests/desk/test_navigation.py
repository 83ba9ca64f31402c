"""The links at the top of every page: few, and what is not there stands on the page of all."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from desk import navigation
from tests import factories
from tests.govuk.markup import elements

SignedIn = Callable[[User], Client]
PEOPLE = [role for role in Role if role not in {Role.SYSTEM, Role.API_CLIENT}]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def top(page: str) -> dict[str, str | None]:
    """The addresses at the top, in order, each with what marks it as where one is."""
    links = elements(page, "a", **{"class": ["govuk-service-navigation__link"]})
    return {own["href"]: own.get("aria-current") for own in links}


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("role", PEOPLE)
def test_no_role_has_more_links_than_one_line_holds(role: Role, signed_in: SignedIn) -> None:
    client = signed_in(factories.user(role))
    links = top(page(client))
    assert len(links) <= navigation.AT_THE_TOP
    assert next(iter(links)) == "/"
    listed = set(
        re.findall(r'<li><a class="govuk-link [^"]*" href="([^"]+)"', page(client, "/pages"))
    )
    assert set(links) - {"/pages"} <= listed
    # Where all of them stand at the top, a page of all would only be one more.
    assert ("/pages" in links) == (len(listed) > navigation.AT_THE_TOP)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_link_of_all_pages_leads_somewhere(role: Role, signed_in: SignedIn) -> None:
    user = factories.user(role)
    client = signed_in(user)
    for group in navigation.pages_for(user):
        for link in group.links:
            page(client, link.url)


def test_whoever_has_every_role_still_has_one_line(signed_in: SignedIn) -> None:
    everything = factories.user(*PEOPLE)
    client = signed_in(everything)
    assert list(top(page(client))) == ["/", "/search", "/flags", "/notices", "/cases", "/pages"]
    text = page(client, "/pages")
    every = [link for group in navigation.GROUPS for link in group.links]
    assert all(f'href="{link.url}"' in text for link in every)


def test_a_page_beneath_marks_the_link_that_it_belongs_to(signed_in: SignedIn) -> None:
    client = signed_in(factories.user(Role.ADMINISTRATOR))
    assert top(page(client, "/people"))["/people"] == "page"
    beneath = top(page(client, "/people/new"))
    assert (beneath["/people"], beneath["/"]) == ("true", None)


def test_of_two_links_that_hold_a_page_the_longer_is_marked() -> None:
    links = [link for group in navigation.GROUPS for link in group.links]
    here = navigation._here(links, reverse("break_glass_reviews"))
    assert here is not None
    assert here.name == "break_glass_reviews"


def test_what_the_day_names_is_a_page() -> None:
    names = {link.name for group in navigation.GROUPS for link in group.links}
    assert set(navigation.DAY) <= names
