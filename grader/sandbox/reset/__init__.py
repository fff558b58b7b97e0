"""Brings a cluster's objects back to what they were, without making the cluster anew."""
