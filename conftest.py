"""The plugins that make up the suite, in the order in which a run meets them."""

pytest_plugins = [
    "fixtures.printing",
    "fixtures.options",
    "fixtures.ahead",
    "fixtures.session",
    "fixtures.doctor",
    "fixtures.checks",
    "fixtures.provide",
    "reports.plugin",
]
