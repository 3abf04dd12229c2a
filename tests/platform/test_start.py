"""The first page."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_anybody_may_read_what_the_partnership_is_for(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Content-Security-Policy" in answer
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
