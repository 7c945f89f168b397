"""The data sets of docs/quality.md: each as what one gives to ``riverfront evaluate``."""

import os
import shlex

from infra.cli.evaluate import evaluate
from infra.evaluate.inputs import EvaluationOptions, read_options

_YOOCHOOSE = "$DATA/yoochoose-clicks-100k/yoochoose-clicks-100k"

SETS = {
    "yoochoose": (
        f"{_YOOCHOOSE}_train_full.txt.gz {_YOOCHOOSE}_test.txt.gz"
        " --columns timestamp=Time,visitor=SessionId,item=ItemId"
    ),
    "rees46": "$DATA/rees46-multicategory-first-17k/2019-Oct_first_rows.csv.gz",
    "movielens": (
        "$DATA/movielens-100k/u.data.gz --no-header --columns visitor=0,item=1,rating=2,timestamp=3 --exclude-seen"
        " --limit 40000"
    ),
    "retail": (
        "$DATA/online-retail-2009-2010/online_retail_2009_2010.parquet"
        " --columns 'visitor=Customer ID,item=StockCode,timestamp=InvoiceDate,session=Invoice' --limit 40000"
    ),
    "taobao": (
        "$DATA/taobao-userbehavior-1h/UserBehavior.csv.gz --no-header"
        " --columns visitor=0,item=1,category=2,kind=3,timestamp=4"
    ),
    "groceries": "$DATA/complete-journey/transactions.parquet --columns session=basket_id --limit 40000",
}
"""By name. ``DATA`` is the folder of the data sets."""


def name_of(text: str) -> str:
    """Return the name of a set that is asked for: one of `SETS`, or ``NAME=ARGUMENTS OF EVALUATE``."""
    return text.partition("=")[0]


def options_of(text: str) -> EvaluationOptions:
    """Return what a set that is asked for means."""
    line = SETS.get(text) or text.partition("=")[2]
    asked = evaluate.make_context("evaluate", shlex.split(os.path.expandvars(line))).params
    return read_options({name: value for name, value in asked.items() if name not in ("json_file", "report_file")})
