"""The contract: everything that crosses a service boundary. Imports nothing of ours."""
