"""What the actions stand on: plain modules that know nothing of workflows, each usable and tested on its own."""
