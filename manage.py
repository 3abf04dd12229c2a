#!/usr/bin/env python3
"""Django's commands for this installation; DJANGO_SETTINGS_MODULE chooses the settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongoal.config.settings")
    execute_from_command_line(sys.argv)
