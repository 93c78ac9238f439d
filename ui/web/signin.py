"""Signing in and out, by the page's form and by Gradio's Python client, which posts the same fields."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ui.web.context import SESSION_COOKIE
from ui.web.middleware import LOGIN_COOKIE
from ui.web.security import LOGIN_HOURS, Guard, Logins


def page_again() -> str:
    """The form again, with the reason."""
    page = (Path(__file__).parent / "static" / "login.html").read_text(encoding="utf8")
    return page.replace("<form", '<p role="alert">That name and password do not fit.</p>\n<form', 1)


def routes(guard: Guard, logins: Logins) -> APIRouter:
    """/login and /logout."""
    router = APIRouter()

    @router.post("/login")
    def login(
        request: Request, username: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        by_form = "text/html" in request.headers.get("accept", "")
        if not guard.password_fits(username.strip(), password):
            if by_form:
                return HTMLResponse(page_again(), status_code=401)
            return JSONResponse({"detail": "Incorrect credentials."}, status_code=401)
        reply: Response = RedirectResponse("/", status_code=303) if by_form else JSONResponse({"success": True})
        secure = request.url.scheme == "https"
        reply.set_cookie(
            LOGIN_COOKIE, logins.add(), max_age=LOGIN_HOURS * 3600, httponly=True, samesite="strict", secure=secure
        )
        return reply

    @router.get("/login")
    @router.get("/logout")
    def front() -> Response:
        return RedirectResponse("/", status_code=303)

    @router.post("/logout")
    def logout(request: Request) -> Response:
        logins.drop(request.cookies.get(LOGIN_COOKIE, ""))
        reply = RedirectResponse("/", status_code=303)
        reply.delete_cookie(LOGIN_COOKIE)
        reply.delete_cookie(SESSION_COOKIE)  # who signs in next at this browser begins a conversation of their own
        return reply

    return router
