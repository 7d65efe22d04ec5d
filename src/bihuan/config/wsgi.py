import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
application = get_wsgi_application()
# Every view is imported before the workers are forked: they share the memory, and no first visitor waits for it.
get_resolver().url_patterns  # noqa: B018
