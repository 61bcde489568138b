"""The network: training, prediction, saved models. The only place that knows torch."""
