"""The business actions that ship with the project; importing this package makes their names callable.

Each action is small; what it stands on is in :mod:`activities.parts`. The environment says where things go, and each
call reads it anew:

- ``DO_HOME``: the folder of the database and the outbox; else ``.dosdk`` of the nearest folder upward that holds a
  ``pyproject.toml`` or a ``.dosdk``, else of the working directory.
- ``DO_BUSINESS_DATABASE_URL``: ``postgresql://…`` or ``sqlite:///path``; else ``business.db`` in that folder.
- ``DO_SMTP_URL`` (``smtp://user:password@host:587``, ``smtps://…``) and ``DO_MAIL_FROM``; else mails go to the outbox.
- ``DO_SLACK_WEBHOOK_URL``, ``DO_CRM_URL``, ``DO_ALERT_URL``, ``DO_CALENDAR_URL``: addresses that take JSON; else it goes
  to the outbox.
- ``DO_ACCOUNTS_URL``: sets customers' accounts up; else they are made up. ``DO_METRICS_URL``: answers with their figures;
  else the price list is all that is known.
- ``DO_ACCOUNT_MANAGERS``: ``industry: Name <address>; Name <address>``; else there is only the team's address.
- ``DO_SCHEDULING_URL``: the page where customers choose a time; else they are asked to write.
- ``DO_ENRICH_URL``: takes ``{"email": …}`` and answers with a profile; else one is derived from the address.

The outbox is ``outbox.jsonl`` in that folder; :func:`read_outbox` reads it.
"""

from activities.accounts import allocate_resources, setup_customer_account
from activities.billing import setup_billing_account
from activities.crm import create_crm_task, update_crm
from activities.kickoff import schedule_kickoff_call, send_scheduling_link
from activities.letters import send_personalized_email
from activities.notification import send_notification
from activities.parts.outbox import Delivery, read_outbox
from activities.reviews import (
    announce_reviews,
    collect_customer_metrics,
    generate_recommendations,
    list_customers,
    send_business_review,
)
from activities.slack import notify_sales_on_slack
from activities.success import assign_account_manager, generate_customer_success_plan
from activities.support import create_support_alert
from activities.users import create_user_in_db, enrich_user_profile
from activities.welcome import send_welcome_email

__all__ = [
    "Delivery",
    "allocate_resources",
    "announce_reviews",
    "assign_account_manager",
    "collect_customer_metrics",
    "create_crm_task",
    "create_support_alert",
    "create_user_in_db",
    "enrich_user_profile",
    "generate_customer_success_plan",
    "generate_recommendations",
    "list_customers",
    "notify_sales_on_slack",
    "read_outbox",
    "schedule_kickoff_call",
    "send_business_review",
    "send_notification",
    "send_personalized_email",
    "send_scheduling_link",
    "send_welcome_email",
    "setup_billing_account",
    "setup_customer_account",
    "update_crm",
]
