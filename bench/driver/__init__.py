"""The benchmark's driver: starts servers, loads them, compares. Standard library only."""
