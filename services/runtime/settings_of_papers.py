"""Settings of attachments and of documents, and the form that every group of settings has."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


def says(zh: str, en: str, example: str, **limits: Any) -> Any:
    """Declare a setting: what it is for in both languages, and a value that does."""
    return Field(title=zh, description=en, examples=[example], **limits)


class Group(BaseModel):
    """Some settings under one name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AttachmentSettings(Group):
    """Where the files of applications lie, and how large one may be."""

    store: Annotated[
        str,
        says(
            "附件存放处：文件夹，或 s3://桶/前缀；默认 <data_dir>/attachments",
            "a folder, or s3://bucket/prefix; <data_dir>/attachments by default",
            "s3://cunban-attachments",
            pattern=r"^(s3://[^\s/]+(/\S*)?|memory://|[^:]+)$",
        ),
    ] = ".cunban/attachments"
    endpoint: Annotated[
        str | None,
        says(
            "S3 兼容存储的地址；不设则为 AWS",
            "of a store that speaks S3; AWS without it",
            "https://s3.cunban.example",
            pattern=r"^https?://[^\s/]+(:\d+)?(/\S*)?$",
        ),
    ] = None
    region: Annotated[
        str, says("S3 区域", "region of the bucket", "cn-north-1", pattern=r"^[a-z0-9-]{1,40}$")
    ] = "us-east-1"
    max_bytes: Annotated[
        int,
        says(
            "单个附件上限（字节）",
            "largest attachment",
            "20971520",
            ge=1024,
            le=1 << 30,
        ),
    ] = 20 << 20


class DocumentSettings(Group):
    """What the county's documents say of where they can be checked."""

    public_url: Annotated[
        str,
        says(
            "文书二维码所指的公开地址，末尾不带斜杠；默认为监察服务地址",
            "what the QR code of a document leads to; supervision by default, no slash at the end",
            "https://banshi.cunban.example",
            pattern=r"^https?://[^\s/]+(:\d+)?(/\S*[^\s/])?$",
        ),
    ] = "http://127.0.0.1:8084"
    pages_url: Annotated[
        str,
        says(
            "公众浏览器打开门户的地址，末尾不带斜杠；默认为门户服务地址",
            "where browsers of the public reach the portal; the portal by default",
            "https://banshi.cunban.example",
            pattern=r"^https?://[^\s/]+(:\d+)?(/\S*[^\s/])?$",
        ),
    ] = "http://127.0.0.1:8080"
    """After a scan a browser is led there."""
