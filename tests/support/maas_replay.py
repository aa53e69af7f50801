# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a real MAAS 3.7.3, replayed below the client: everything of ours above the socket is in the test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from requests.adapters import BaseAdapter

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "maas-recordings"
NO_RECORDINGS = "the recorded answers of a MAAS are not beside the project (../shared/maas-recordings)"
KEY = "consumerKey:tokenKey:tokenSecret"


def recordings() -> list[Path]:
    return sorted(RECORDINGS.glob("[0-9]*.json"))


def load(name: str) -> dict:
    """Return a recording by its number or name."""
    if not RECORDINGS.is_dir():
        pytest.skip(NO_RECORDINGS)
    return json.loads(next(RECORDINGS.glob(f"{name}*.json")).read_text())


class Replay(BaseAdapter):
    """Answers each request with the next of a list, and keeps the requests; an answer may be an exception."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.requests = []

    def send(self, request, **kwargs):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, response.headers, response._content = answer
        response.request, response.url = request, request.url
        return response

    def close(self):
        pass


def answer(status, body="", media_type="application/json; charset=utf-8", **headers):
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return status, requests.structures.CaseInsensitiveDict({"Content-Type": media_type, **headers}), content


def recorded(recording: dict):
    """Return the answer of a recording as it went over the wire."""
    response = recording["response"]
    headers = requests.structures.CaseInsensitiveDict(dict(response["headers"]))
    body = response["body"]
    if "json" in headers.get("Content-Type", ""):
        content = json.dumps(body).encode()
    else:
        content = (body if isinstance(body, str) else "" if body is None else json.dumps(body)).encode()
    return response["status"], headers, content
