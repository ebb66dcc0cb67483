"""The business that ships with the project, against real peers on this machine."""
