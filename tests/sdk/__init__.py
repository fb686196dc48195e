"""The vendor's SDK as a client of the reference service, release by release: `tox run -e sdk`."""
