"""The business workflows that are documents, in this folder's YAML files, and the documented service.

Importing this makes their names callable. The functions that they call are those of ``activities``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import activities  # noqa: F401 - so that a function that is misspelt in a document is an error here
from dosdk_temporal import Do
from workflows.definitions.customer_onboarding_service import customer_onboarding

__all__ = ["customer_onboarding", "customer_onboarding_workflow", "quarterly_business_review"]

_HERE: Final = Path(__file__).parent

do = Do()

customer_onboarding_workflow = do.workflows.load(_HERE / "customer-onboarding.yaml")
quarterly_business_review = do.workflows.load(_HERE / "quarterly-business-review.yaml")
