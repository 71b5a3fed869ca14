"""A second implementation of docs/bundle.md and docs/certificate.md, written from those texts in another language, with nothing but Python's standard library.

    python3 verify.py [--cosigner KEY]... [--quorum N] FILE...      prints one JSON object: file name -> "right", or the names of what differs

It checks the seal, the arithmetic, the signed head, the facts of the record, the record before, the sealed sums, the certificate, who cosigned
the head, what devices signed (devices.py), and of the auditor's openings every envelope.
"""
import base64
import hashlib
import hmac
import json
import re
import struct
import sys
from fractions import Fraction

import devices as signed_by_devices

# --- the curve: Ed25519 (RFC 8032) and ristretto255 (RFC 9496), in affine-free extended coordinates ---------------------------------
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
SECOND_BASE = bytes.fromhex("82200191095ac81060cecdfea351b60f248534fa593c7cde313005d425c1436a")


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


ZERO = (0, 1, 1, 0)


def times(k, point):
    out = ZERO
    while k > 0:
        if k & 1:
            out = add(out, point)
        point = add(point, point)
        k >>= 1
    return out


def x_of(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def ed_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = x_of(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y, 0), BASE_Y, 1, x_of(BASE_Y, 0) * BASE_Y % P)


def ed_same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def ed_verify(key, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = ed_point(key), ed_point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return ed_same(times(s, BASE), add(r, times(k, a)))


def is_negative(x):
    return x % P & 1 == 1


def sqrt_ratio(u, v):
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    if check == -u % P or check == -u * ROOT % P:
        r = r * ROOT % P
    square = check in (u % P, -u % P)
    return square, (P - r if is_negative(r) else r)


def point(data):
    """Decodes a point of ristretto255; None where the bytes are not the one proper form of one, or are the point of nothing."""
    s = int.from_bytes(data, "little")
    if len(data) != 32 or s >= P or is_negative(s) or s == 0:
        return None
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, inv = sqrt_ratio(1, v * u2 * u2 % P)
    den_x = inv * u2 % P
    den_y = inv * den_x * v % P
    x = 2 * s * den_x % P
    x = P - x if is_negative(x) else x
    y = u1 * den_y % P
    t = x * y % P
    return None if not square or is_negative(t) or y == 0 else (x, y, 1, t)


def same(a, b):
    return (a[0] * b[1] - a[1] * b[0]) % P == 0 or (a[1] * b[1] - a[0] * b[0]) % P == 0


def seal(amount, blinding):
    return add(times(amount, BASE), times(blinding, point(SECOND_BASE)))


def scalar(text):
    n = int.from_bytes(bytes.fromhex(text), "little")
    return n if n < Q else None


# --- canonical form and the record ------------------------------------------------------------------------------------------------
def canonical(value):
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":"))


def in_order(value):
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    return [in_order(one) for one in value] if isinstance(value, list) else value


def sha(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def node(left, right):
    return sha(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def included(leaf, index, size, proof, root):
    if index >= size:
        return False
    place, last, h = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            h = node(beside, h)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            h = node(h, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and h == root


def consistent(first, second, first_root, second_root, proof):
    if not 1 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = ([first_root] if first & (first - 1) == 0 else []) + list(proof)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    before = now = path.pop(0)
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, now = node(beside, before), node(beside, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node(now, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == first_root and now == second_root


def signed(written, key):
    """The text of a note that is signed with a key, and the name of the key; None where it is not."""
    name, key_id, encoded = key.split("+", 2)
    material = base64.b64decode(encoded, validate=True)
    if material[0] != 1 or len(material) != 33 or hashlib.sha256(f"{name}\n".encode() + material).hexdigest()[:8] != key_id:
        return None
    text, _, lines = written.rpartition("\n\n")
    text += "\n"
    seen = False
    for line in lines.splitlines():
        _, signer, encoded = line.split(" ")
        data = base64.b64decode(encoded, validate=True)
        if signer == name and data[:4].hex() == key_id:
            seen = ed_verify(material[1:], text.encode(), data[4:])
            if not seen:
                return None
    return (text, name) if seen else None


def keys_of(record):
    """All keys that a record was signed with, the last the one that signs now; None where they did not hand over to each other."""
    keys = []
    for written in record.get("changes", []):
        text = written.rpartition("\n\n")[0]
        first, old, new, at = text.split("\n") if text.count("\n") == 3 else ("", "", "", "")
        if first != "commonmeter/key-change/v1" or at == "" or (keys and keys[-1] != old) or old == new:
            return None
        if old.split("+", 1)[0] != new.split("+", 1)[0] or written.count("\n\u2014 ") != 2:
            return None
        if signed(written, old) is None or signed(written, new) is None:
            return None
        keys = (keys or [old]) + [new]
    keys = keys or [record["key"]]
    return keys if keys[-1] == record["key"] else None


def head_of(written, *keys):
    note = next((note for note in (signed(written, key) for key in keys) if note), None)
    if note is None:
        return None
    origin, size, root, rest = note[0].split("\n", 3)
    return (int(size), base64.b64decode(root).hex(), origin) if origin == note[1] and rest == "" else None


def proved(fact, head):
    e = fact["entry"]
    commitment = hmac.new(bytes.fromhex(fact["salt"]), canonical(fact["fact"]).encode(), hashlib.sha256).hexdigest()
    entry = canonical({"v": 1, "id": e["id"], "type": e["type"], "at": e["at"], "c": e["commitment"]})
    leaf = sha(b"\x00" + entry.encode())
    return commitment == e["commitment"] and included(leaf, fact["index"], head[0], fact["proof"], head[1])


# --- the figures ------------------------------------------------------------------------------------------------------------------
def figure(text):
    if not isinstance(text, str) or not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text):
        raise ValueError(text)
    return Fraction(text)


def total(texts):
    return sum((figure(text) for text in texts), Fraction(0))


SCALE = {"JPY": 0}


def exactly(reason):
    rule, f = reason["rule"], lambda name: figure(reason[name])
    if rule == "per-unit":
        return f("quantity") * f("price")
    if rule == "equal-share":
        return f("of") / reason["shares"]
    if rule == "share":
        return f("of") * f("weight") / f("total")
    if rule == "fixed-share":
        return f("of") * f("percent") / 100
    return f("amount") if rule == "set-amount" else -f("amount")


def arithmetic(s):
    wrong, c = set(), s["charges"]
    coin = Fraction(1, 10 ** SCALE.get(s["currency"], 2))
    for use in s["use"]:
        rows = [row for row in use["readings"] if "partOf" not in row]
        for row in rows:
            if "previous" in row and "latest" in row:
                turned = figure(row.get("rolledOverAt", "0"))
                advance = figure(row["latest"]["value"]) + turned - figure(row["previous"]["value"])
                if advance * figure(row.get("multiplier", "1")) != figure(row["used"]):
                    wrong.add("readings")
        if rows and total(row["used"] for row in rows) != figure(use["glance"]["total"]):
            wrong.add("use")
        if "share" in use and total(p["quantity"] for p in use["share"]["parts"]) != figure(use["share"]["total"]):
            wrong.add("site")
    for line in c["lines"]:
        reason = line["why"]["reason"]
        if abs(figure(line["net"]) - exactly(reason)) >= coin:
            wrong.add("line")
        if "made" in reason:
            made = Fraction(0)
            for factors in reason["made"]:
                product = Fraction(1)
                for factor in factors:
                    product *= figure(factor["quantity"])
                made += product
            if made != figure(reason["weight"]):
                wrong.add("weight")
    if total(line["net"] for line in c["lines"]) != figure(c["net"]):
        wrong.add("net")
    for row in c.get("taxes", []):
        if abs(figure(row["tax"]) - figure(row["net"]) * figure(row["rate"]) / 100) >= coin:
            wrong.add("tax")
    if "taxes" in c and total(row["tax"] for row in c["taxes"]) != figure(c["tax"]):
        wrong.add("tax")
    if figure(c["net"]) + figure(c.get("tax", "0")) != figure(c["gross"]):
        wrong.add("total")
    b = s["balance"]
    if figure(b["opening"]["amount"]) + total(one["amount"] for one in b["entries"]) != figure(b["closing"]):
        wrong.add("balance")
    for cost in s["sharing"]:
        for one in [*cost["components"], cost["total"]]:
            if total(one[k] for k in ("members", "common", "vacant", "held")) != figure(one["amount"]):
                wrong.add("sharing")
    return wrong


# --- the sealed sums --------------------------------------------------------------------------------------------------------------
def label(origin, run, one, unit_id, salt):
    words = ["commonmeter/sum/v1", origin, f"{run} {one['of']}", one["unit"], str(one["exponent"]), one["list"]]
    words += [str(len(one["envelopes"])), unit_id, salt]
    data = b"\x20" + b"".join(struct.pack(">Q", len(w.encode())) + w.encode() for w in words)
    return sha(data)


def opens(origin, run, one, unit_id, amount, opening):
    found = [e for e in one["envelopes"] if e["label"] == label(origin, run, one, unit_id, opening["salt"])]
    at = point(bytes.fromhex(found[0]["commitment"])) if len(found) == 1 else None
    r = scalar(opening["blinding"])
    return at is not None and r is not None and 0 <= amount < 2**64 and same(at, seal(amount, r))


def printed(statement, of):
    """What a statement prints of a sum: the whole, the member's own, and what the house bears."""
    cost = re.fullmatch(r"cost (\d+)\.(\d+)", of)
    if cost:
        one = statement["sharing"][int(cost[1]) - 1]["components"][int(cost[2]) - 1]
        return {"total": one["amount"], "you": one["you"], "common": one["common"], "held": one["held"]}
    share = next(u["share"] for u in statement["use"] if "share" in u and of == f"use {u['utility']}")
    part = {p["kind"]: p["quantity"] for p in share["parts"]}
    names = {"you": "you", "common": "shared", "held": "unmeasured"}
    return {"total": share["total"], **{name: part.get(kind, "0") for name, kind in names.items()}}


def sums(bundle, origin, members):
    statement, s = bundle["statement"], bundle["sums"]
    wanted = {f"cost {i + 1}.{j + 1}" for i, c in enumerate(statement["sharing"]) for j in range(len(c["components"]))}
    wanted |= {f"use {u['utility']}" for u in statement["use"] if "share" in u}
    if len(s["own"]) != len(s["lists"]) or not wanted <= {one["of"] for one in s["lists"]}:
        return {"sums"}
    for one, own in zip(s["lists"], s["own"]):
        if one["of"] not in wanted and not opens(origin, s["run"], one, statement["member"]["number"], 0, own):
            return {"sums"}
    for of in wanted:
        what = printed(statement, of)
        mine = [(one, own) for one, own in zip(s["lists"], s["own"]) if one["of"] == of]
        said = {name: figure(value) * 10 ** mine[0][0]["exponent"] for name, value in what.items()}
        got = {"total": 0, "common": 0, "held": 0}
        for one, own in mine:
            sign = 1 if one["list"] == "charges" else -1
            points = [point(bytes.fromhex(e["commitment"])) for e in one["envelopes"]]
            labels = [e["label"] for e in one["envelopes"]]
            if None in points or len(points) != members + 3 or labels != sorted(set(labels)):
                return {"sums"}
            whole = ZERO
            for one_point in points:
                whole = add(whole, one_point)
            if not same(whole, seal(int(one["total"]), scalar(one["blinding"]))):
                return {"sums"}
            if sorted(o["unitId"] for o in one["house"]) != ["house:common", "house:held", "house:vacant"]:
                return {"sums"}
            for o in one["house"]:
                if not opens(origin, s["run"], one, o["unitId"], int(o["amount"]), o):
                    return {"sums"}
                name = o["unitId"].removeprefix("house:")
                if name in got:
                    got[name] += sign * int(o["amount"])
            got["total"] += sign * int(one["total"])
            amount = max(int(said["you"]) * sign, 0)
            if not opens(origin, s["run"], one, statement["member"]["number"], amount, own):
                return {"own-sum"}
        if any(got[name] != said[name] for name in got):
            return {"sums"}
    return set()


# --- the certificate (docs/certificate.md) --------------------------------------------------------------------------------------------
POOLS = ("amount", "members", "common", "vacant", "held")


def adds_up(pools, whole, difference):
    parts = all(total(one[k] for k in POOLS[1:]) == figure(one["amount"]) for one in [*pools, whole])
    return parts and all(total(one[k] for one in pools) == figure(whole[k]) for k in POOLS) and figure(difference) == 0


def bill_holds(bill, c):
    cost = next((one for one in c["costs"] if one["title"] == bill["supplier"] and one.get("document") == bill["number"]), None)
    rows = bill["components"]
    if cost is None or total(r["amount"] for r in rows) != figure(bill["net"]) or total(r["tax"] for r in rows) != figure(bill["tax"]):
        return False
    inside = bill["from"] >= c["period"]["from"] and bill["to"] <= c["period"]["to"]
    for r in rows:
        whole, here = figure(r["whole"]), figure(r["here"])
        if whole != figure(r["amount"]) + (0 if cost["basis"] == "before tax" else figure(r["tax"])):
            return False
        if here != whole if inside else here * whole < 0 or abs(here) > abs(whole):
            return False
    return figure(bill["net"]) + figure(bill["tax"]) == figure(bill["gross"]) and total(r["here"] for r in rows) == figure(cost["total"]["amount"])


def certified(c):
    """What differs in the figures of a certificate."""
    wrong = set()
    if not all(adds_up(cost["components"], cost["total"], cost["difference"]) for cost in c["costs"]):
        wrong.add("sharing")
    if not adds_up([cost["total"] for cost in c["costs"]], c["total"], c["difference"]):
        wrong.add("total")
    known = {(bill["supplier"], bill["number"]) for bill in c["bills"]}
    named = {(cost["title"], cost["document"]) for cost in c["costs"] if "document" in cost}
    if known != named or not all(bill_holds(bill, c) for bill in c["bills"]):
        wrong.add("bills")
    if "corrects" in c:
        before, change = figure(c["corrects"]["before"]), c["corrects"]["change"]
        if total(change[k] for k in POOLS[1:]) != figure(change["amount"]) or before + figure(change["amount"]) != figure(c["total"]["amount"]):
            wrong.add("total")
    taken = [one["code"] for one in c["overrides"]]
    counts = {}
    for f in c["findings"]:
        counts[f["code"]] = counts.get(f["code"], 0) + f["overridden"]
        if f["overridden"] > f["found"] or (f["severity"] == "blocking" and f["overridden"] < f["found"]):
            wrong.add("findings")
    if any(counts.get(code, 0) != taken.count(code) for code in {*counts, *taken}):
        wrong.add("findings")
    p, a, i = c["proposed"], c["approved"], c["issued"]
    if p["id"] == a["id"] or not p["at"] <= a["at"] <= i["at"]:
        wrong.add("four-eyes")
    return wrong


def recorded(content, signature, keys, head, entry, position, run):
    """What differs between a certificate and the record."""
    wrong, digest, log = set(), sha(canonical(content)), content["log"]
    note = next((note for note in (signed(signature, key) for key in keys) if note), None)
    if note is None or note[0] != f"commonmeter.certificate/1\n{log['origin']}\n{content['run']}\n{digest}\n":
        wrong.add("certificate")
    fact = entry["fact"]
    is_it = entry["entry"]["type"] == "certificate" and fact == {"run": content["run"], "sha256": digest, "signature": sha(signature)}
    if not proved(entry, head) or not is_it:
        wrong.add("certificate")
    if log["origin"] != head[2] or not consistent(log["size"], head[0], log["root"], head[1], position):
        wrong.add("position")
    if run is not None:
        f, e = run["fact"], run["entry"]
        who = (f["proposedBy"], f["approvedBy"], f["issuedBy"], f["approvedAt"], e["at"], e["id"], e["type"])
        p, a, i = content["proposed"], content["approved"], content["issued"]
        if not proved(run, head) or who != (p["id"], a["id"], i["id"], a["at"], i["at"], content["run"], "billing-run"):
            wrong.add("run")
    return wrong


def agrees(content, statement):
    """Whether a statement says of each cost what the certificate says."""
    days = (statement["period"]["from"], statement["period"]["to"], statement["currency"])
    if days != (content["period"]["from"], content["period"]["to"], content["currency"]):
        return False
    own = lambda c: figure(c["amount"]) == figure(c["you"]) == figure(c["members"])
    sharing, extra = list(statement["sharing"]), len(statement["sharing"]) - len(content["costs"])
    for place in range(len(sharing) - 1, -1, -1):
        if extra > 0 and "document" not in sharing[place] and all(own(c) for c in sharing[place]["components"]):
            del sharing[place]
            extra -= 1
    if extra != 0 or len(statement["sharing"]) - len(content["costs"]) > content["settled"]:
        return False
    pool = lambda one: tuple(figure(one[k]) for k in POOLS)
    for shown, cost in zip(sharing, content["costs"]):
        keys = ("document", "basis", "from", "to")
        if [shown.get(k) for k in keys] != [cost.get(k) for k in keys] or pool(shown["total"]) != pool(cost["total"]):
            return False
        left = [(one["label"], pool(one)) for one in shown["components"]]
        for one in cost["components"]:
            if "spaces" not in one:
                if (one["label"], pool(one)) not in left:
                    return False
                left.remove((one["label"], pool(one)))
        if len(left) != sum(one.get("spaces", 0) for one in cost["components"]):
            return False
    return True


# --- who cosigned the head (docs/cosigning.md) -----------------------------------------------------------------------------------------
GIVEN = {"cosigners": [], "quorum": None}


def cosigned_by(written, key):
    """Whether every line of a key of a cosigner under a head is right, and there is one."""
    name, key_id, encoded = key.split("+", 2)
    material = base64.b64decode(encoded, validate=True)
    if material[0] != 4 or len(material) != 33 or hashlib.sha256(f"{name}\n".encode() + material).hexdigest()[:8] != key_id:
        raise ValueError("no key of a cosigner")
    text, _, lines = written.rpartition("\n\n")
    seen = []
    for line in lines.splitlines():
        _, signer, encoded = line.split(" ")
        data = base64.b64decode(encoded, validate=True)
        if signer == name and data[:4].hex() == key_id:
            at = int.from_bytes(data[4:12], "big")
            seen.append(ed_verify(material[1:], f"cosignature/v1\ntime {at}\n{text}\n".encode(), data[12:]))
    return bool(seen) and all(seen)


def cosigners(record, head):
    """Each key is in the record and its line is right; of the keys that the reader gave, as many as the reader asks for."""
    log = base64.b64decode(record["key"].split("+", 2)[2])[1:]
    ids = [fact["entry"]["id"] for fact in record.get("cosigners", [])]
    if len(set(ids)) != len(ids):
        return {"cosigned"}
    for fact in record.get("cosigners", []):
        key = fact["fact"]["key"]
        own = base64.b64decode(key.split("+", 2)[2])[1:]
        if not proved(fact, head) or fact["entry"]["type"] != "cosigner-key" or own == log or not cosigned_by(record["head"], key):
            return {"cosigned"}
    keys = GIVEN["cosigners"]
    there = len({key for key in keys if cosigned_by(record["head"], key)})
    quorum = len(keys) if GIVEN["quorum"] is None else GIVEN["quorum"]
    return {"cosigned"} if there < quorum else set()


# --- what devices signed ----------------------------------------------------------------------------------------------------------------
def devices(bundle, head):
    given, facts = bundle.get("devices"), bundle["record"].get("deviceKeys")
    if given is None and facts is None:
        return set()
    if given is None or facts is None:
        return {"devices"}
    keys = {}
    for fact in facts:
        said = json.loads(fact["fact"]["data"])
        der = base64.b64decode(said["publicKey"], validate=True)
        if not proved(fact, head) or fact["entry"]["type"] != "signing-key.registered" or sha(der)[:16] != said["keyId"]:
            return {"devices"}
        keys[said["keyId"]] = der
    places = [fact["index"] for fact in facts]
    is_signed = all(t["key"] in keys and signed_by_devices.signed(t, keys[t["key"]], ed_verify) for t in given["texts"])
    needed = set(keys) == {t["key"] for t in given["texts"]} and len(keys) == len(facts) and places == sorted(set(places))
    return set() if is_signed and needed and not signed_by_devices.differs(bundle["statement"], given) else {"devices"}


# --- the openings of the auditor (docs/certificate.md) ---------------------------------------------------------------------------------
def verify_openings(file, text):
    """Opens every envelope: each holds from nothing to the whole, each member who was billed has one in each list, and nobody else has."""
    if canonical(file) != text:
        return {"form"}
    wrong, units, houses = set(), [m["unitId"] for m in file["members"]], ["house:common", "house:held", "house:vacant"]
    if len(units) < 3 or len(set(units)) != len(units) or sorted(units) != sorted(file["register"]):
        wrong.add("sums")
    if any(len(m["openings"]) != len(file["lists"]) for m in file["members"]):
        return wrong | {"sums"}
    for i, one in enumerate(file["lists"]):
        whole, envelopes = int(one["total"]), one["envelopes"]
        opened = [(m["unitId"], m["openings"][i]) for m in file["members"]] + [(o["unitId"], o) for o in one["house"]]
        labels = [e["label"] for e in envelopes]
        points, added = [point(bytes.fromhex(e["commitment"])) for e in envelopes], ZERO
        if None in points or scalar(one["blinding"]) is None or labels != sorted(set(labels)) or len(labels) != len(opened):
            wrong.add("sums")
            continue
        for at in points:
            added = add(added, at)
        holds = sorted(o["unitId"] for o in one["house"]) == houses and same(added, seal(whole, scalar(one["blinding"])))
        holds = holds and all(0 <= int(o["amount"]) <= whole for _, o in opened)
        if not holds or not all(opens(file["origin"], file["run"], one, unit, int(o["amount"]), o) for unit, o in opened):
            wrong.add("sums")
    content = file.get("certificate")
    if content is None:
        return wrong
    if content.get("sums") != sha(canonical(file["lists"])):
        wrong.add("certificate")
    scale = 10 ** next((one["exponent"] for one in file["lists"] if one["of"].startswith("cost ")), 0)
    for i, cost in enumerate(content["costs"]):
        comes = lambda of: sum(int(o["total"]) * (1 if o["list"] == "charges" else -1) for o in file["lists"] if o["of"].startswith(of))
        exactly = lambda of: sum(int(o["total"]) * (1 if o["list"] == "charges" else -1) for o in file["lists"] if o["of"] == of)
        parts = enumerate(cost["components"]) if "document" in cost else []
        if comes(f"cost {i + 1}.") != figure(cost["total"]["amount"]) * scale:
            wrong.add("agreement")
        elif any(exactly(f"cost {i + 1}.{j + 1}") != figure(one["amount"]) * scale for j, one in parts):
            wrong.add("agreement")
    return wrong


def verify_certificate(file, text):
    if canonical(file) != text:
        return {"form"}
    wrong, record = certified(file["content"]), file.get("record")
    if record is None:
        return wrong
    keys = keys_of(record)
    head = keys and head_of(record["head"], record["key"])
    if not head:
        return wrong | {"head"}
    wrong |= recorded(file["content"], file["signature"], keys, head, record["certificate"], record["position"], record["run"])
    return wrong | cosigners(record, head)


def verify(text):
    """What differs in a bundle, by name; nothing where it is right."""
    bundle = json.loads(text)
    if bundle["format"] == "commonmeter.certificate/1":
        return verify_certificate(bundle, text)
    if bundle["format"] == "commonmeter.openings/1":
        return verify_openings(bundle, text)
    if canonical(bundle) != text or bundle["format"] != "commonmeter.bundle/1":
        return {"form"}
    statement = bundle["statement"]
    content = {key: value for key, value in statement.items() if key != "verification"}
    digest, bits, code = sha(canonical(content)), int(sha(canonical(content))[:15], 16), ""
    for shift in range(55, -1, -5):
        code += "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> shift & 31]
    seal_holds = statement["verification"]["sha256"] == digest
    seal_holds = seal_holds and statement["verification"]["code"] == f"{code[:4]}-{code[4:8]}-{code[8:]}"
    wrong = (set() if seal_holds else {"seal"}) | arithmetic(statement)
    record = bundle.get("record")
    if record is None:
        return wrong | {name for name in ("certificate", "devices") if name in bundle}
    keys = keys_of(record)
    head = keys and head_of(record["head"], record["key"])
    if not head:
        return wrong | {"head"}
    document = record["document"]
    of = document["fact"]
    if not proved(document, head) or of["statement"] != sha(canonical(statement)) or of["number"] != statement["number"]:
        wrong.add("document")
    if document["entry"]["type"] != ("invoice" if statement["kind"] == "statement" else statement["kind"]):
        wrong.add("document")
    run = record.get("run")
    if run is None and of["run"] is None and statement["kind"] not in ("advance", "credit-note"):
        wrong.add("run")
    if run is not None:
        if not proved(run, head) or run["entry"]["type"] != "billing-run" or run["entry"]["id"] != of["run"]:
            wrong.add("run")
        f = run["fact"]
        if not f["proposedBy"] or not f["approvedBy"] or f["proposedBy"] == f["approvedBy"] or f["approvedAt"] > run["entry"]["at"]:
            wrong.add("four-eyes")
    if "earlier" in record:
        before = head_of(record["earlier"]["head"], *keys)
        if before is None or not consistent(before[0], head[0], before[1], head[1], record["earlier"]["proof"]):
            wrong.add("earlier")
    if ("sums" in record) != ("sums" in bundle):
        wrong.add("sums")
    elif "sums" in record:
        fact = record["sums"]["fact"]
        known = proved(record["sums"], head) and record["sums"]["entry"]["type"] == "run-sums" and fact["run"] == of["run"]
        if not known or bundle["sums"]["run"] != fact["run"] or fact["lists"] != sha(canonical(bundle["sums"]["lists"])):
            return wrong | {"sums"}
        wrong |= sums(bundle, head[2], int(fact["members"]))
    wrong |= cosigners(record, head) | devices(bundle, head)
    given = ("certificate" in bundle, "certificate" in record, "position" in record)
    if len(set(given)) > 1:
        return wrong | {"certificate"}
    if all(given):
        content, signature = bundle["certificate"]["content"], bundle["certificate"]["signature"]
        if content["run"] != of["run"]:
            return wrong | {"certificate"}
        wrong |= recorded(content, signature, keys, head, record["certificate"], record["position"], run) | certified(content)
        if not agrees(content, statement):
            wrong.add("agreement")
        if "sums" in bundle and content.get("sums") != sha(canonical(bundle["sums"]["lists"])):
            wrong.add("certificate")
    return wrong


def said_of(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return sorted(verify(file.read())) or "right"
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError, StopIteration, AttributeError, struct.error) as error:
        return ["unreadable", type(error).__name__]


if __name__ == "__main__":
    arguments, paths = iter(sys.argv[1:]), []
    for argument in arguments:
        if argument == "--cosigner":
            GIVEN["cosigners"].append(next(arguments))
        elif argument == "--quorum":
            GIVEN["quorum"] = int(next(arguments))
        else:
            paths.append(argument)
    print(json.dumps({path: said_of(path) for path in paths}))
