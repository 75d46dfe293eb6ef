# What the fuzzer is told of us: ids of another owner to try, and what must then not be in any answer.
import atexit
import json
import os

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

marker = os.environ["FUZZ_MARKER"]
foreign = json.loads(os.environ["FUZZ_FOREIGN_IDS"])
own = json.loads(os.environ["FUZZ_OWN_KEYS"])
counted = os.environ["FUZZ_COUNT_FILE"]
count = {"all": 0, "done": 0}
cursors = set()

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


@schemathesis.check
def bad_items_are_refused(ctx, response, case):
    """Of many links, bad ones are refused each for itself"""
    meant_badly = case.meta is not None and case.meta.generation.mode.is_negative
    if meant_badly and response.status_code == 207 and response.json()["failed"] == 0:
        raise AssertionError(f"{case.method} {case.path} takes a link that its document does not allow")


def is_meant_badly(case, location):
    component = None if case.meta is None else case.meta.components.get(location)
    return component is not None and component.mode.is_negative


@schemathesis.hook
def before_call(context, case, kwargs):
    # Without its own key all that follows would be 401: what it does to that one, it does to another one.
    if (case.path_parameters or {}).get("id") == own["asking"]:
        case.path_parameters["id"] = own["spare"]
    # It says of some texts that they violate a pattern which they obey: set anew, a body that is meant to be bad is judged again.
    # Not one that is meant well: `uri` is stricter there than what browsers, and we, take.
    if isinstance(case.body, (dict, list)) and is_meant_badly(case, ParameterLocation.BODY):
        case.body = case.body
    # In a URL a comma within a tag is one between two: that it is refused within one can be seen by nobody.
    tag = (case.query or {}).get("tag")
    texts = tag if isinstance(tag, list) else [tag]
    if any("," in str(text) for text in texts) and is_meant_badly(case, ParameterLocation.QUERY):
        del case.query["tag"]
    # No schema says which cursors are signed; one of our own making says that it is refused where it is meant to be bad data.
    cursor = (case.query or {}).get("cursor")
    meant_well = case.meta is None or case.meta.generation.mode.is_positive
    if cursor is not None and meant_well and cursor not in cursors:
        del case.query["cursor"]


@schemathesis.hook
def after_call(context, case, response):
    count["all"] += 1
    if response.status_code < 300:
        count["done"] += 1
        remember_cursor(response)


def remember_cursor(response):
    try:
        body = response.json()
    except ValueError:
        return
    if isinstance(body, dict) and isinstance(body.get("nextCursor"), str):
        cursors.add(body["nextCursor"])


@atexit.register
def write_count():
    with open(counted, "w") as file:
        json.dump(count, file)
