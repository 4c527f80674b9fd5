"""Published studies as quasi-experiments, one file a paper or group of papers."""
