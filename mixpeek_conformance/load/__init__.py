"""The contract under load: many users of Locust at once, and every exchange judged by the requirements of a run.

All of it runs in a process of its own (`__main__`), since Locust stands on gevent, which changes how the standard
library waits. Nothing else of the suite imports Locust or gevent.
"""
