"""The business actions that ship with the project; importing this package makes their names callable.

Each action is small; what it stands on is in :mod:`activities.parts`. The environment says where things go, and each
call reads it anew:

- ``DO_HOME``: the folder of the database and the outbox; else ``.dosdk`` of the nearest folder upward that holds a
  ``pyproject.toml`` or a ``.dosdk``, else of the working directory.
- ``DO_BUSINESS_DATABASE_URL``: ``postgresql://…`` or ``sqlite:///path``; else ``business.db`` in that folder.
- ``DO_SMTP_URL`` (``smtp://user:password@host:587``, ``smtps://…``) and ``DO_MAIL_FROM``; else mails go to the outbox.
- ``DO_SLACK_WEBHOOK_URL``, ``DO_CRM_URL``, ``DO_ALERT_URL``: addresses that take JSON; else it goes to the outbox.
- ``DO_ENRICH_URL``: takes ``{"email": …}`` and answers with a profile; else one is derived from the address.

The outbox is ``outbox.jsonl`` in that folder; :func:`read_outbox` reads it.
"""

from activities.billing import setup_billing_account
from activities.crm import create_crm_task
from activities.notification import send_notification
from activities.parts.outbox import Delivery, read_outbox
from activities.slack import notify_sales_on_slack
from activities.support import create_support_alert
from activities.users import create_user_in_db, enrich_user_profile
from activities.welcome import send_welcome_email

__all__ = [
    "Delivery",
    "create_crm_task",
    "create_support_alert",
    "create_user_in_db",
    "enrich_user_profile",
    "notify_sales_on_slack",
    "read_outbox",
    "send_notification",
    "send_welcome_email",
    "setup_billing_account",
]
