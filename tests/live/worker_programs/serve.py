"""A worker process with options that the command line does not have: ``serve.py '{"max_actions": 1}' MODULE…``."""

import json
import sys

from dosdk_temporal import client
from dosdk_temporal._worker.process import run_worker

run_worker(client, sys.argv[2:], **json.loads(sys.argv[1]))
