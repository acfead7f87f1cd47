"""The codes of attachments and documents: status, what it means, what the caller does about it."""

from __future__ import annotations

from typing import Final

OF_PAPERS: Final[dict[str, tuple[int, tuple[str, str], tuple[str, str]]]] = {
    "attachment.name_invalid": (
        422,
        ("附件名称有误", "The name of the attachment is not well-formed"),
        (
            "名称为材料代码，同一材料的第二份起加序号，如 identity.2；不是文件名。",
            "Name the material by its code, its second sheet with a number: identity.2.",
        ),
    ),
    "attachment.empty": (
        422,
        ("文件是空的", "The file is empty"),
        ("请重新选择文件。", "Choose the file again."),
    ),
    "attachment.too_large": (
        413,
        ("附件过大", "The attachment is too large"),
        ("请压缩图片或分成几个文件上传。", "Send a smaller picture, or several files."),
    ),
    "attachment.type_not_allowed": (
        415,
        ("不接受这种文件", "Files of this type are not taken"),
        (
            "请上传 PDF、JPEG、PNG、docx、xlsx 或 OFD。",
            "Send PDF, JPEG, PNG, docx, xlsx or OFD.",
        ),
    ),
    "attachment.heic": (
        415,
        ("不接受 HEIC 照片", "HEIC pictures are not taken"),
        (
            "请在手机相机设置中选择“兼容性最佳”（JPEG）后重拍，或另存为 JPEG。",
            "Set the camera to “most compatible” (JPEG) and take it again, or save it as JPEG.",
        ),
    ),
    "attachment.old_office": (
        415,
        ("不接受旧版 Office 或加密的文档", "Old or encrypted Office files are not taken"),
        (
            "请去掉密码，另存为 docx、xlsx 或 PDF 后上传。",
            "Remove the password and save it as docx, xlsx or PDF.",
        ),
    ),
    "attachment.macros": (
        415,
        ("不接受带宏的文档", "Files with macros are not taken"),
        ("请另存为不带宏的 docx、xlsx 或 PDF。", "Save it without macros, or as PDF."),
    ),
    "attachment.type_mismatch": (
        422,
        ("文件内容与所报类型不符", "The content is not of the type declared"),
        (
            "请核对是否选错文件；不要改扩展名，请另存为所需格式。",
            "Check the file; save it in the format instead of renaming it.",
        ),
    ),
    "attachment.encrypted": (
        422,
        ("文件已加密", "The file is encrypted"),
        ("请去掉密码后上传。", "Remove the password first."),
    ),
    "attachment.unsafe": (
        422,
        ("文件结构不安全", "The file is not safe to open"),
        (
            "请另存为 PDF 后上传；不要上传压缩包。",
            "Save it as PDF; archives are not taken.",
        ),
    ),
    "attachment.damaged": (
        422,
        ("文件不完整或已损坏", "The file is cut short or damaged"),
        ("请确认能打开后重新上传。", "Make sure that it opens, then send it again."),
    ),
    "attachment.infected": (
        422,
        ("文件未通过安全检查", "The file did not pass the scanner"),
        ("请杀毒后重新导出再上传。", "Clean the device, make the file anew, send it again."),
    ),
    "attachment.not_found": (
        404,
        ("没有这个附件", "No such attachment"),
        ("请刷新附件列表。", "Reload the list of attachments."),
    ),
    "attachment.store_unavailable": (
        503,
        ("附件存储暂不可用", "The store of attachments is away"),
        ("未作任何承诺，请稍后重试。", "Nothing is promised; try again later."),
    ),
    "document.not_issued": (
        404,
        ("没有这份文书", "There is no such document"),
        ("请核对办件进度：该文书尚未作出。", "It has not been issued in this case."),
    ),
    "document.revoked": (
        409,
        ("文书已失效", "The document holds no more"),
        (
            "已被撤销、撤回、注销或者吊销，不再打印；核验结果载明失效时间。",
            "It was revoked and is printed no more; its check tells since when.",
        ),
    ),
    "document.not_verified": (
        404,
        ("文书核验不通过", "The document is not verified"),
        (
            "请核对文号与校验码；仍不通过的，请向出具机关查询，谨防伪造。",
            "Check number and code; if it still fails, ask the office: it may be forged.",
        ),
    ),
}
