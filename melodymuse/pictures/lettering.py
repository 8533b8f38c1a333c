"""Which fonts a picture's words are set in, so that names in any script can be read where the
system has letters for them."""

from __future__ import annotations

from functools import cache

# It comes with matplotlib and sets all that it can; the others what it cannot.
FIRST = "DejaVu Sans"
# Fonts with Chinese, Japanese and Korean letters that systems bring along.
_OTHERS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans JP",
    "Noto Sans SC",
    "Noto Sans KR",
    "Source Han Sans",
    "Hiragino Sans",
    "Hiragino Sans GB",
    "PingFang SC",
    "Apple SD Gothic Neo",
    "Yu Gothic",
    "Meiryo",
    "Microsoft YaHei",
    "Malgun Gothic",
    "IPAexGothic",
    "IPAGothic",
    "TakaoPGothic",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)


@cache
def families() -> tuple[str, ...]:
    """The fonts of this system to look a letter up in, in this order."""
    from matplotlib.font_manager import fontManager

    present = {font.name for font in fontManager.ttflist}
    return (FIRST, *(name for name in _OTHERS if name in present))
