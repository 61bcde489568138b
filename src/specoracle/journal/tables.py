"""Tables of the journal: label events, rounds, batches and the estimation sample.

Nothing in them is ever updated or deleted.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

VERSION = 2
"""Version of the tables; journals of newer ones are refused, those of
older ones are migrated."""

METADATA = MetaData()

ABOUT = Table(
    "about",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

LABEL_EVENT = Table(
    "label_event",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("uuid", String, nullable=False, unique=True),
    Column("utc", String, nullable=False),
    Column("campaign", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("batch", String, nullable=False),
    Column("annotator", String, nullable=False),
    Column("identifier", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("value", String),
    Column("sure", Boolean),
    Column("quality", String),
    Column("comment", String),
    Column("model_hash", String, nullable=False),
    Column("milliseconds", Integer),
    Column("supersedes", String),
    Column("software", String),
    Index("chain", "campaign", "annotator", "identifier"),
    sqlite_autoincrement=True,
)

ROUND = Table(
    "round",
    METADATA,
    Column("campaign", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("utc", String, nullable=False),
    Column("model_hash", String, nullable=False),
)

BATCH_MEMBER = Table(
    "batch_member",
    METADATA,
    Column("campaign", String, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("identifier", String, nullable=False),
    Column("role", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("probability", Float),
    UniqueConstraint("campaign", "round", "identifier"),
)

ESTIMATION_MEMBER = Table(
    "estimation_member",
    METADATA,
    Column("campaign", String, primary_key=True),
    Column("draw", Integer, primary_key=True),
    Column("identifier", String, primary_key=True),
    Column("stratum", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("model_hash", String, nullable=False),
)

WOULD_BE_ASKED = Table(
    "would_be_asked",
    METADATA,
    Column("campaign", String, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("identifier", String, primary_key=True),
)
