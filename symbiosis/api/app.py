"""The HTTP interface: the store's verbs, each under the same access rule as everywhere."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from symbiosis.api import answers
from symbiosis.api.guard import Limits
from symbiosis.errors import DataError, Message, StorageError, SymbiosisError, say
from symbiosis.language import preferred, translator
from symbiosis.reports.record import distances
from symbiosis.storage import VISITOR, AccessDenied, Conflict, Principal, Store, Unavailable
from symbiosis.storage.inbox import JSON, KINDS, receive

_UPLOADS_AT_ONCE = 8
"""Uploads that hold a thread; the others wait without one, so that /health always has its own."""
_ID = r"^[0-9a-f]{32}$"
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_FAILURES: dict[int | str, dict[str, Any]] = {
    401: {"model": answers.Failure, "description": "The token is unknown, revoked or expired"},
    403: {"model": answers.Failure, "description": "Not yours"},
    413: {"model": answers.Failure, "description": "Too large"},
    422: {"model": answers.Refusal, "description": "What was sent is wrong"},
    429: {"model": answers.Failure, "description": "Too many requests"},
    503: {"model": answers.Failure, "description": "The database does not answer; try again"},
}
_MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": answers.Failure, "description": "There is no such study"}
}
_NO_MEETING: dict[int | str, dict[str, Any]] = {
    404: {"model": answers.Failure, "description": "There is no such meeting of the asker's"}
}
_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"description": "GeoJSON", "content": {"application/geo+json": {"schema": {
        "type": "object", "required": ["type", "features"]}}}}
}  # fmt: skip


class GeoJSON(JSONResponse):
    """A FeatureCollection."""

    media_type = "application/geo+json"


def create_app(store: Store, *, limits: Limits | None = None, single_user: bool = False) -> FastAPI:
    """Return the HTTP interface of a store.

    Parameters
    ----------
    store
        What it serves.
    limits
        The largest upload.
    single_user
        Whether a caller without a token is the one person of a store without accounts.
    """
    app = FastAPI(
        title="symbiosis",
        description="Industrial symbiosis: declare flows, read matches and studies.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
    )
    app.state.store = store
    app.state.limits = limits or Limits()
    app.state.single_user = single_user
    app.state.uploading = asyncio.Semaphore(_UPLOADS_AT_ONCE)
    app.include_router(_router)
    app.include_router(_health)
    app.add_exception_handler(SymbiosisError, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _fault)
    return app


def _store(request: Request) -> Store:
    found: Store = request.app.state.store
    return found


def _words(request: Request) -> Any:
    return translator(preferred(request.headers.get("accept-language", "")))


def _asker(
    request: Request,
    authorization: Annotated[
        str | None, Header(description="Bearer and a token of “symbiosis store token”")
    ] = None,
) -> Principal:
    """Return who asks: the account of the token, else a visitor."""
    store = _store(request)
    if authorization is None:
        alone = request.app.state.single_user and _from_here(request) and not store.has_accounts()
        return store.only_person() if alone else VISITOR
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        told = say("The header is not “Authorization: Bearer TOKEN”.")
        raise HTTPException(401, told.render(_words(request)))
    try:
        who = store.bearer(token.strip())
    except AccessDenied as error:
        raise HTTPException(401, _sentence(request, error)) from None
    request.state.account = who.user_id
    return who


def _from_here(request: Request) -> bool:
    """Return whether no page of another site can have sent this from the person's own browser.

    The name in the address counts too: a foreign site may make its own name point at this machine.
    """
    ours = request.url.hostname in _THIS_MACHINE
    return ours and request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


Asker = Annotated[Principal, Depends(_asker)]
Opened = Annotated[Store, Depends(_store)]
StudyId = Annotated[str, Path(pattern=_ID, description="From the list of studies")]
MeetingId = Annotated[str, Path(pattern=_ID, description="From the same asker's meetings")]

_router = APIRouter(prefix="/api/v1", responses=_FAILURES)
_health = APIRouter()


@_health.get("/health", responses={503: {"model": answers.Failure}})
def health(store: Opened) -> answers.Health:
    """Say whether the server and its store answer."""
    store.has_accounts()
    return answers.Health(status="ok")


@_router.get("/me")
def me(who: Asker) -> answers.Me:
    """Say who asks, as the store knows them."""
    return answers.Me(name=who.name, roles=[f"{g.role.value}:{g.scope}" for g in who.grants])


@_router.get("/flows")
def flows(who: Asker, store: Opened) -> answers.Declared:
    """List the firms and flows that the asker may see; what is not theirs to see is empty."""
    found = store.flows(who)
    return answers.Declared(
        firms=answers.rows(found.firms),
        offers=answers.rows(found.offers),
        needs=answers.rows(found.needs),
    )


_BODY = {
    "required": True,
    "content": {
        JSON: {"schema": {
            "type": "object", "required": ["firms", "flows"], "additionalProperties": False,
            "properties": {name: {"type": "array", "minItems": 1, "items": {
                "type": "object", "minProperties": 1,
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            }} for name in ("firms", "flows")},
        }},
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
    },
}  # fmt: skip


@_router.post(
    "/flows",
    openapi_extra={"requestBody": _BODY},
    responses={415: {"model": answers.Failure, "description": "Not CSV, XLSX or JSON"}},
)
async def upload(
    request: Request,
    who: Asker,
    store: Opened,
    *,
    replace: Annotated[
        bool, Query(description="Remove the flows of these firms that the upload leaves out")
    ] = False,
    keep_repeated: Annotated[
        bool,
        Query(
            description="Take lines that are equal in everything, such as two slips of one day"
            " without their numbers, as flows of their own; else the second is a problem"
        ),
    ] = False,
) -> answers.Saved:
    """Declare flows: a flat CSV or XLSX file, or JSON; all of it is saved, or nothing.

    A flow that does not say who may see it is private.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS and kind != JSON:
        told = say("Send text/csv, an XLSX workbook or application/json.")
        raise HTTPException(415, told.render(_words(request)))
    store.may_declare(who)  # before a byte of it is taken in
    content = await request.body()
    limit = request.app.state.limits.api_mb
    async with request.app.state.uploading:
        body = (content, kind, limit)
        return await run_in_threadpool(
            _save, store, who, body, replace=replace, keep_repeated=keep_repeated
        )


def _save(
    store: Store,
    who: Principal,
    body: tuple[bytes, str, float],
    *,
    replace: bool,
    keep_repeated: bool,
) -> answers.Saved:
    declared = receive(*body, store.catalogue(who), keep_repeated=keep_repeated)
    receipt = store.save(who, declared, origin="api", replace=replace)
    return answers.Saved(**vars(receipt))


@_router.get("/matches", responses=_MISSING)
def matches(
    who: Asker,
    store: Opened,
    study_id: Annotated[
        str | None, Query(pattern=_ID, description="A kept study; the newest if none")
    ] = None,
) -> answers.Matches:
    """List the asker's exchanges in a study; a private partner is only a distance."""
    return answers.Matches(matches=answers.rows(store.study(who, study_id or "").match.shipments))


@_router.get("/meetings")
def meetings(who: Asker, store: Opened) -> answers.Meetings:
    """List whom the asker's firms may agree to meet; a hidden partner is only a distance."""
    return answers.Meetings(meetings=answers.meetings(store.meetings(who)))


@_router.post("/meetings/{meeting_id}", responses=_NO_MEETING)
def agree(meeting_id: MeetingId, who: Asker, store: Opened) -> answers.Meeting:
    """Agree to meet; once both agree, each is shown the contact and the quantity."""
    return answers.meetings(store.meet(who, meeting_id, agrees=True))[0]


@_router.delete("/meetings/{meeting_id}", responses=_NO_MEETING)
def withdraw(meeting_id: MeetingId, who: Asker, store: Opened) -> answers.Meeting:
    """Take the agreement back: what was hidden before is hidden again."""
    return answers.meetings(store.meet(who, meeting_id, agrees=False))[0]


@_router.get("/studies")
def studies(who: Asker, store: Opened) -> list[answers.Head]:
    """List the kept studies, newest first."""
    return [answers.Head(**row) for row in answers.rows(store.studies(who))]


@_router.get("/studies/{study_id}", responses=_MISSING)
def study(study_id: StudyId, who: Asker, store: Opened) -> answers.Kept:
    """Return a kept study as the asker may see it."""
    found = store.study(who, study_id)
    totals = found.impact.totals.rename_axis("figure").reset_index()
    return answers.Kept(
        scenario=found.scenario.model_dump(mode="json"),
        totals=answers.rows(totals),
        shipments=answers.rows(found.match.shipments),
        impact=answers.rows(found.impact.by_shipment),
        unmatched=answers.rows(found.match.unmatched),
        blending=answers.rows(found.match.blending),
        distances=distances(found),
    )


@_router.get(
    "/studies/{study_id}/shipments.geojson",
    response_model=None,
    responses={**_MISSING, **_GEOJSON},
)
def shipments(study_id: StudyId, who: Asker, store: Opened) -> GeoJSON:
    """Return the exchanges of a kept study as lines, for a map."""
    return GeoJSON(answers.collection(store.study(who, study_id).match.shipments))


@_router.get("/map", response_model=None, responses=_GEOJSON)
def public_map(who: Asker, store: Opened) -> GeoJSON:
    """Return the public map: sums by area and material that reveal no firm."""
    return GeoJSON(answers.collection(store.public_map(who)))


def _sentence(request: Request, error: SymbiosisError) -> str:
    first = error.args[0] if error.args else ""
    return first.render(_words(request)) if isinstance(first, Message) else str(error)


def _told(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of ours in the asker's language, with the status that fits it."""
    if isinstance(error, DataError):
        table = error.problems.table(_words(request))
        first, count = next(iter(error.problems), None), len(error.problems)
        told = say("{count} problem(s); the first: {problem}", count=count,
                   problem=first.problem if first else "")  # fmt: skip
        body = {"error": told.render(_words(request)), "problems": answers.rows(table)}
        return JSONResponse(body, 422)
    status = 500
    if isinstance(error, AccessDenied):
        status = 403
    elif isinstance(error, Conflict):
        status = 409
    elif isinstance(error, Unavailable):
        status = 503
    elif isinstance(error, StorageError):
        status = 404
    assert isinstance(error, SymbiosisError)  # noqa: S101 - what this handler is registered for
    return JSONResponse({"error": _sentence(request, error)}, status)


# What the framework itself refuses, in sentences.
_FRAMEWORK = {
    "Not Found": say("There is nothing at this address."),
    "Method Not Allowed": say("This address does not answer this method."),
}


def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Answer a parameter that is not what the description says, in the shape of all others."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    words = _words(request)
    problems = [
        {"file": "request", "row": None, "column": str(e["loc"][-1]), "value": "",
         "problem": str(e["msg"]), "cure": words("see /api/openapi.json")}
        for e in error.errors()
    ]  # fmt: skip
    refused = say("The request is malformed.").render(words)
    return JSONResponse({"error": refused, "problems": problems}, 422)


def _plain(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses (no such address, no such method) in the same shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    headers = dict(error.headers or {})
    if error.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    words = str(error.detail)
    if words in _FRAMEWORK:
        words = _FRAMEWORK[words].render(_words(request))
    return JSONResponse({"error": words}, error.status_code, headers=headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    """Answer a fault of ours without a word about its inside; the log has the number."""
    del error
    number = request.scope.get("state", {}).get("request", "-")
    told = say("Our fault; quote the number {number} to us.", number=number)
    return JSONResponse({"error": told.render(_words(request))}, 500)
