"""Mails to customers."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict

from activities.parts import mail
from activities.parts.fields import Email, Inputs
from activities.parts.templates import LETTERS
from dosdk_temporal import ActionContext, action

__all__ = ["Letter", "LetterSent", "send_personalized_email"]

_Value = Annotated[str, StringConstraints(max_length=2000)]


class Letter(Inputs):
    """To whom, which text, and what stands in its places."""

    to: Email
    template: str
    variables: dict[str, _Value] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.template not in LETTERS:
            raise ValueError(f"there is no template {self.template!r}, there are {', '.join(map(repr, LETTERS))}")
        missing = [place for place in LETTERS[self.template].places if place not in self.variables]
        if missing:
            raise ValueError(
                f"the template {self.template!r} wants to know {', '.join(map(repr, missing))} in 'variables'"
            )
        return self


class LetterSent(TypedDict):
    """The mail's Message-ID; the same one on every attempt."""

    success: bool
    messageId: str


@action.create(
    name="sendPersonalizedEmail", description="Sends a customer a mail, with the customer's own facts in it."
)
async def send_personalized_email(inputs: Letter, context: ActionContext) -> LetterSent:
    """Fill the template and send it.

    Raises:
        ActionError: what the mail server says.
    """
    letter = LETTERS[inputs.template].filled(inputs.variables)
    message_id = await mail.send(inputs.to, letter.subject, letter.body, key=context.idempotency_key)
    return {"success": True, "messageId": message_id}
