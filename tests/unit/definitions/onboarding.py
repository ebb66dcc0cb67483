"""The documented customerOnboardingWorkflow as a Python mapping: the document's own text, its keys quoted."""

from __future__ import annotations

from typing import Any

from dosdk_temporal import z

# fmt: off
customerOnboardingWorkflow: dict[str, Any] = {  # noqa: N816 - the document's own name
    "name": "customerOnboardingWorkflow",
    "description": "Automates the customer onboarding process from signup to successful first use",
    "input": z.object({
        "customerId": z.string(),
        "plan": z.enum(["starter", "professional", "enterprise"]),
        "industry": z.string(),
        "companySize": z.enum(["small", "medium", "large", "enterprise"]),
    }),
    "output": z.object({
        "onboardingStatus": z.enum(["completed", "in_progress", "needs_assistance"]),
        "nextSteps": z.array(z.string()),
        "estimatedTimeToValue": z.number(),
        "accountManager": z.string().optional(),
    }),
    "steps": [
        {
            "id": "accountSetup",
            "function": "setupCustomerAccount",
            "input": {
                "customerId": "{{input.customerId}}",
                "plan": "{{input.plan}}",
            },
        },
        {
            "id": "welcomeEmail",
            "function": "sendPersonalizedEmail",
            "input": {
                "to": "{{accountSetup.customerEmail}}",
                "template": "welcome",
                "variables": {
                    "companyName": "{{accountSetup.companyName}}",
                    "industry": "{{input.industry}}",
                    "accountUrl": "{{accountSetup.accountUrl}}",
                },
            },
        },
        {
            "id": "resourceAllocation",
            "function": "allocateResources",
            "input": {
                "customerId": "{{input.customerId}}",
                "plan": "{{input.plan}}",
                "companySize": "{{input.companySize}}",
            },
        },
        {
            "id": "assignAccountManager",
            "function": "assignAccountManager",
            "input": {
                "customerId": "{{input.customerId}}",
                "industry": "{{input.industry}}",
                "plan": "{{input.plan}}",
            },
            "condition": '{{input.plan === "enterprise" || input.companySize === "enterprise"}}',
        },
        {
            "id": "scheduleKickoff",
            "function": "scheduleKickoffCall",
            "input": {
                "customerEmail": "{{accountSetup.customerEmail}}",
                "accountManagerEmail": "{{assignAccountManager.email}}",
                "suggestedTopics": ["Implementation timeline", "Success metrics", "Training needs"],
            },
            "condition": "{{!!assignAccountManager}}",
        },
        {
            "id": "createSuccessPlan",
            "function": "generateCustomerSuccessPlan",
            "input": {
                "customerId": "{{input.customerId}}",
                "industry": "{{input.industry}}",
                "companySize": "{{input.companySize}}",
                "plan": "{{input.plan}}",
            },
        },
    ],
    "errorHandling": {
        "retryStrategy": {
            "maxAttempts": 3,
            "backoff": {
                "initialDelay": 1000,
                "multiplier": 2,
            },
        },
        "fallbackSteps": {
            "scheduleKickoff": "sendSchedulingLink",
        },
    },
    "metrics": [
        {"name": "timeToFirstLogin", "description": "Time from signup to first login"},
        {"name": "onboardingCompletionRate", "description": "Percentage of customers completing onboarding"},
        {"name": "timeToValue", "description": "Time from signup to first value realization"},
    ],
}
# fmt: on
