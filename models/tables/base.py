"""What every table shares: names of constraints, ids, kinds of columns."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

from models.instants import Instant

ID_BYTES = 16
ID_LENGTH = 26

Id = Annotated[str, mapped_column(String(ID_LENGTH), primary_key=True)]
PersonId = Annotated[str, mapped_column(ForeignKey("person.id"), index=True)]
Code = Annotated[str, mapped_column(String(40))]
Fingerprint = Annotated[str, mapped_column(String(64))]
Codes = Annotated[list[str], mapped_column(JSON(none_as_null=True))]
Document = Annotated[dict[str, Any], mapped_column(JSON(none_as_null=True))]


class Base(DeclarativeBase):
    """A row of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant()}  # noqa: RUF012 - read once by SQLAlchemy


def new_id() -> str:
    """Give a random id of 128 bits, in letters and digits that no spreadsheet reads as a number."""
    return base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().rstrip("=").lower()


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """Hold a column to its codes (or to nothing, where it may be empty)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def between(column: str, least: int, most: int) -> CheckConstraint:
    """Hold a number to its bounds."""
    return CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=column)
