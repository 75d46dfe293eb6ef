# What the fuzzer is told of us: ids of another owner to try, and what must then not be in any answer.
import atexit
import json
import os

import schemathesis
from hypothesis import strategies as st

marker = os.environ["FUZZ_MARKER"]
foreign = json.loads(os.environ["FUZZ_FOREIGN_IDS"])
counted = os.environ["FUZZ_COUNT_FILE"]
count = 0

schemathesis.openapi.format("uuid", st.sampled_from(foreign) | st.uuids().map(str))

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)
hosts = st.lists(words.map(lambda word: word.strip("-") or "a"), min_size=1, max_size=3)
paths = st.text("abc/._~%20?=&#+ä,;:@!$'()*[]{}", max_size=30)
schemathesis.openapi.format(
    "uri",
    st.builds(
        lambda scheme, host, path: f"{scheme}://{'.'.join(host)}.example/{path}",
        st.sampled_from(["http", "https"]),
        hosts,
        paths,
    ),
)


@schemathesis.check
def nothing_of_another_owner(ctx, response, case):
    """Nothing of another owner is in an answer"""
    if marker in response.text:
        raise AssertionError(f"{case.method} {case.path} shows what another owner has")


@schemathesis.hook
def after_call(context, case, response):
    global count
    count += 1


@atexit.register
def write_count():
    with open(counted, "w") as file:
        file.write(str(count))
