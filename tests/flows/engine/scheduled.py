"""A flow for the scheduling test; a deployment needs a file to find its flow in."""

from prefect import flow


@flow
def quarter() -> None:
    pass
