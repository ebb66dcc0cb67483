"""Business reviews: what became of each customer in a quarter, told to whoever looks after it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from activities.parts import mail
from activities.parts.customers import customers_on, get_customer
from activities.parts.fields import Inputs, Text
from activities.parts.figures import Figure, Figures, collect_figures, recommendations
from activities.parts.managers import managers
from activities.parts.markup import plain
from activities.parts.services import SLACK
from activities.parts.success import Plan
from activities.parts.templates import LETTERS
from dosdk_temporal import ActionContext, action

__all__ = [
    "Announced",
    "Collected",
    "FoundCustomers",
    "Recommended",
    "Review",
    "ReviewSent",
    "Reviews",
    "Segment",
    "ToRecommend",
    "WantedFigures",
    "announce_reviews",
    "collect_customer_metrics",
    "generate_recommendations",
    "list_customers",
    "send_business_review",
]


class Segment(Inputs):
    """Which customers."""

    segment: Plan


class FoundCustomers(TypedDict):
    """Their ids, sorted."""

    customerIds: list[str]


@action.create(name="listCustomers", description="Finds the customers of a segment.")
async def list_customers(inputs: Segment) -> FoundCustomers:
    """Find those whose plan is that segment's."""
    return {"customerIds": [customer.id for customer in await customers_on(inputs.segment)]}


class WantedFigures(Inputs):
    """Whose figures, and which."""

    customer_id: Text
    metrics: Annotated[list[Figure], Field(min_length=1)]


class Collected(TypedDict):
    """The figures by name; None for one that nobody knows."""

    metrics: Figures


@action.create(name="collectCustomerMetrics", description="Collects a customer's figures of the last quarter.")
async def collect_customer_metrics(inputs: WantedFigures, context: ActionContext) -> Collected:
    """Collect those that are wanted.

    Raises:
        ActionError: not retryable, when there is no such customer; or what the service says.
    """
    customer = await get_customer(inputs.customer_id)
    return {"metrics": await collect_figures(customer, inputs.metrics, key=context.idempotency_key)}


class ToRecommend(Inputs):
    """About whom, and what is known."""

    customer_id: Text
    metrics: Figures


class Recommended(TypedDict):
    """What to do, the most urgent first."""

    recommendations: list[str]


@action.create(name="generateRecommendations", description="Recommends what to do about a customer.")
async def generate_recommendations(inputs: ToRecommend) -> Recommended:
    """Read them off the figures.

    Raises:
        ActionError: not retryable, when there is no such customer.
    """
    return {"recommendations": recommendations(await get_customer(inputs.customer_id), inputs.metrics)}


class Review(Inputs):
    """What is to be told of a customer."""

    customer_id: Text
    metrics: Figures
    recommendations: list[Text] = Field(default_factory=list)


class ReviewSent(TypedDict):
    """Who got it."""

    to: str
    messageId: str


@action.create(name="sendBusinessReview", description="Mails a customer's review to its account manager.")
async def send_business_review(inputs: Review, context: ActionContext) -> ReviewSent:
    """Mail it to the customer's manager; to the first of the managers where it has none.

    Raises:
        ActionError: not retryable, when there is no such customer; or what the mail server says.
    """
    customer = await get_customer(inputs.customer_id)
    to = customer.manager or managers()[0].email
    figures = "\n".join(f"{name}: {_shown(value)}" for name, value in inputs.metrics.items())
    advice = "\n".join(f"- {text}" for text in inputs.recommendations)
    known = {"companyName": customer.company, "plan": customer.plan, "figures": figures, "recommendations": advice}
    letter = LETTERS["business-review"].filled(known)
    message_id = await mail.send(to, letter.subject, letter.body, key=context.idempotency_key)
    return {"to": to, "messageId": message_id}


class Reviews(Inputs):
    """The reviews of a segment, each as it was sent, or ``{"error": …}``."""

    segment: Plan
    reviews: list[dict[str, Any]]


class Announced(TypedDict):
    """How many there were."""

    sent: int
    failed: int


@action.create(name="announceReviews", description="Tells on Slack how many reviews were sent.")
async def announce_reviews(inputs: Reviews, context: ActionContext) -> Announced:
    """Count them and say so.

    Raises:
        ActionError: what Slack says.
    """
    failed = sum("error" in review for review in inputs.reviews)
    sent = len(inputs.reviews) - failed
    trouble = f"; {failed} could not be sent" if failed else ""
    text = plain(f"Business reviews of {inputs.segment}: {sent} sent{trouble}.")
    await SLACK.tell(text, {"text": text}, key=context.idempotency_key)
    return {"sent": sent, "failed": failed}


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"
