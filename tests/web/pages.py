"""A visitor who reads pages: every page that she is shown is checked before the test's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Tag:
    name: str
    attrs: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class Page(HTMLParser):
    """A page as a reader meets it."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {name: value or "" for name, value in attrs})
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.words.append(data)

    def all(self, name: str, **attrs: str) -> list[Tag]:
        wanted = {key.rstrip("_"): value for key, value in attrs.items()}
        return [tag for tag in self.tags if tag.name == name and wanted.items() <= tag.attrs.items()]

    @property
    def title(self) -> str:
        return self.all("title")[0].text

    @property
    def h1(self) -> str:
        return self.all("h1")[0].text

    @property
    def text(self) -> str:
        return self.all("main")[0].text

    def field(self, name: str) -> Tag:
        return next(tag for tag in self.tags if tag.attrs.get("name") == name)

    def value(self, name: str) -> str:
        """What a field holds: typed, chosen or ticked."""
        chosen = [tag for tag in self.tags if tag.attrs.get("name") == name and "checked" in tag.attrs]
        if chosen:
            return chosen[0].attrs["value"]
        tag = self.field(name)
        if tag.name != "select":
            return tag.attrs.get("value", "")
        options = self.html.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
        found = re.search(r'<option value="([^"]*)" selected', options)
        return found[1] if found else ""

    def filled(self) -> dict[str, list[str]]:
        """What a browser would send of the one form of a page, as it was shown."""
        sent: dict[str, list[str]] = {}
        for tag in self.tags[self.tags.index(self.all("main")[0]) :]:
            name, kind = tag.attrs.get("name", ""), tag.attrs.get("type", "")
            if tag.name not in {"input", "select", "textarea"} or name in {"", "csrf_token"}:
                continue
            if kind in {"checkbox", "radio"} and "checked" not in tag.attrs:
                continue
            value = tag.text if tag.name == "textarea" else self.value(name)
            sent.setdefault(name, []).append(tag.attrs["value"] if "checked" in tag.attrs else value)
        return sent

    def check(self) -> Page:
        """What is true of every page."""
        ids = [tag.attrs["id"] for tag in self.tags if "id" in tag.attrs]
        assert len(self.all("h1")) == 1, "one h1"
        assert self.title.endswith("Passerelle") or self.title.startswith("Passerelle"), self.title
        assert len(ids) == len(set(ids)), "ids are unique"
        pointed = [one for tag in self.tags for one in tag.attrs.get("aria-describedby", "").split()]
        assert set(pointed) <= set(ids), "every description is there"
        assert not [
            tag for tag in self.tags if "style" in tag.attrs or any(a.startswith("on") for a in tag.attrs)
        ]
        assert not [tag for tag in self.all("script") if "src" not in tag.attrs], "no inline script"
        assert all(self.all("html", lang=self.all("html")[0].attrs["lang"])), "the page says its language"
        return self


class Visitor:
    """Somebody with a browser: keeps cookies, sends forms as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: Page | None = None

    def open(self, path: str, status: int = 200, **more: Any) -> Page:
        with self.client.get(path, **more) as response:
            assert response.status_code == status, (
                path,
                response.status_code,
                response.headers.get("Location"),
            )
            self.page = Page(response)
        return self.page.check()

    def send(self, path: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form; ``week__usual`` stands for the field week-usual."""
        named = {name.replace("__", "-"): value for name, value in fields.items()}
        with self.client.post(path, data={"csrf_token": self.token(), **named}) as response:
            assert response.status_code == status, (
                path,
                response.status_code,
                response.get_data(as_text=True)[:300],
            )
            response.get_data()
            return response

    def refused(self, path: str, **fields: Any) -> Page:
        """Send a form that comes back with its faults."""
        page = Page(self.send(path, status=422, **fields)).check()
        assert page.title.startswith(("Erreur :", "Error:"))
        assert page.all("div", id="error-summary"), "the faults stand together at the top"
        return page

    def goes_to(self, path: str, **fields: Any) -> str:
        """Send a form and say where it leads."""
        return self.send(path, **fields).headers["Location"]

    def token(self) -> str:
        with self.client.get("/connexion") as response:
            found = re.search(r'name="csrf_token" value="([^"]+)"', response.get_data(as_text=True))
        if found is None:  # signed in already: any page has one
            with self.client.get("/") as response:
                found = re.search(r'name="csrf_token" value="([^"]+)"', response.get_data(as_text=True))
        assert found
        return found[1]
