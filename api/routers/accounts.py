"""`/api/auth`: register, sign in and out, one's own account."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr

from api.accounts.models import (
    LoginRequest,
    LogoutRequest,
    PasswordChange,
    PinChange,
    Profile,
    ProfileChanges,
    RefreshRequest,
    RegisterRequest,
    TokenAnswer,
)
from api.answers import documented
from api.clients import client_address
from api.deps import AppState
from api.signed_in import TOKEN_REFUSALS, SignedIn, doorkeeper, jwt_secret
from convonet.accounts import refusals, registration, sign_in, tokens
from convonet.accounts.own_account import OwnAccount
from convonet.errors import TooManyTries


def _never_kept(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(prefix="/api/auth", tags=["accounts"], dependencies=[Depends(_never_kept)])


def _address(request: Request, state: AppState) -> str:
    return client_address(request, state["settings"])


Address = Annotated[str, Depends(_address)]


def _own_account(state: AppState, who: SignedIn, address: Address) -> OwnAccount:
    return OwnAccount(
        state["db"], state["redis"], jwt_secret(state), user_id=who.user_id, address=address
    )


Own = Annotated[OwnAccount, Depends(_own_account)]


@router.post(
    "/register",
    status_code=HTTPStatus.CREATED,
    responses=documented(refusals.WeakPassword, refusals.NameTaken, TooManyTries),
)
async def register(body: RegisterRequest, state: AppState, address: Address) -> TokenAnswer:
    """Make an account, and sign its owner in."""
    newcomer = registration.Newcomer(**body.model_dump(exclude={"password"}))
    signed_in = await registration.register(
        state["db"],
        state["redis"],
        jwt_secret(state),
        newcomer,
        body.password.get_secret_value(),
        address,
    )
    return _answer(signed_in)


@router.post("/login", responses=documented(refusals.WrongCredentials, TooManyTries))
async def login(body: LoginRequest, state: AppState, address: Address) -> TokenAnswer:
    """Sign in by e-mail address or username, and password."""
    password = body.password.get_secret_value()
    return _answer(await doorkeeper(state).sign_in(body.email, password, address))


@router.post("/refresh", responses=documented(*TOKEN_REFUSALS[1:]))
async def refresh(body: RefreshRequest, state: AppState) -> TokenAnswer:
    """Exchange the newest refresh token of a sign-in for new tokens.

    A refresh token works once. One that comes again has been copied, by whomever: the sign-in
    ends for everybody who has tokens of it. Pages that share a token take turns.
    """
    return _answer(await doorkeeper(state).refresh(body.refresh_token))


@router.post(
    "/logout",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(*TOKEN_REFUSALS[1:]),
)
async def logout(body: LogoutRequest, state: AppState) -> None:
    """End a sign-in at once, its access tokens included. No access token is needed for it."""
    await doorkeeper(state).sign_out(body.refresh_token, everywhere=body.everywhere)


@router.get("/profile", responses=documented(*TOKEN_REFUSALS))
async def show_profile(own: Own) -> Profile:
    """Return one's own account."""
    return Profile.model_validate(await own.show())


@router.put(
    "/profile",
    responses=documented(*TOKEN_REFUSALS, refusals.WrongPassword, refusals.NameTaken, TooManyTries),
)
async def change_profile(body: ProfileChanges, own: Own) -> Profile:
    """Change what is given of one's own account; the e-mail address only with the password."""
    values = body.model_dump(exclude={"current_password"}, exclude_none=True)
    return Profile.model_validate(await own.change(values, _plain(body.current_password)))


@router.put(
    "/pin",
    responses=documented(
        *TOKEN_REFUSALS, refusals.TrivialPin, refusals.PinNotAvailable, TooManyTries
    ),
)
async def change_pin(body: PinChange, own: Own) -> Profile:
    """Set another voice PIN, or none."""
    return Profile.model_validate(await own.change_pin(_plain(body.pin)))


@router.put(
    "/password",
    responses=documented(
        *TOKEN_REFUSALS, refusals.WrongPassword, refusals.WeakPassword, TooManyTries
    ),
)
async def change_password(body: PasswordChange, own: Own) -> TokenAnswer:
    """Set another password. Every sign-in ends; the answer is a new one."""
    signed_in = await own.change_password(
        body.current_password.get_secret_value(), body.new_password.get_secret_value()
    )
    return _answer(signed_in)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _answer(signed_in: sign_in.SignedIn) -> TokenAnswer:
    return TokenAnswer(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=tokens.ACCESS_S,
        refresh_expires_in=tokens.REFRESH_S,
        user=Profile.model_validate(signed_in.account),
    )
