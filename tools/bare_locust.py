"""A bare user of Locust that checks nothing: what a load run is measured beside. For `locust -f`."""

import os
from typing import ClassVar

from locust import HttpUser, task


class Bare(HttpUser):
    """Patches one object, and reads it, as often as it can."""

    headers: ClassVar[dict[str, str]] = {
        "Authorization": f"Bearer {os.environ.get('MIXPEEK_API_KEY')}",
        "X-Namespace": os.environ.get("MIXPEEK_NAMESPACE", ""),
    }

    def on_start(self) -> None:
        self.path = os.environ["BARE_PATH"]
        self.count = 0

    @task
    def patch(self) -> None:
        self.count += 1
        body = {"conformancerevision": self.count, "conformancetext": "amber birch", "conformanceinteger": 42}
        self.client.patch(self.path, json=body, headers=self.headers, name="object").json()
        self.client.get(self.path, headers=self.headers, name="object").json()
