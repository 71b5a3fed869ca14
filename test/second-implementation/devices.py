"""What devices sign: the part of docs/bundle.md about `devices`, with ECDSA on short Weierstrass curves from its textbook formulas.

    signed(text, der)              whether a text of a bundle is signed with a key
    readings(text)                 what it says: (meter, register, instant, end or None, value, unit)
    differs(statement, devices)    what of it is not what a statement prints, and how many readings it signs
"""
import base64
import hashlib
import json
import re
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo, available_timezones

# Object identifier in DER, p, a, b, x and y of the base, order (SEC 2, RFC 5639), by the name that OpenSSL has for the curve.
CURVES = {
    "prime192v1": ("06082a8648ce3d030101", 0xfffffffffffffffffffffffffffffffeffffffffffffffff, 0xfffffffffffffffffffffffffffffffefffffffffffffffc, 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1, 0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012, 0x7192b95ffc8da78631011ed6b24cdd573f977a11e794811, 0xffffffffffffffffffffffff99def836146bc9b1b4d22831),
    "secp192k1": ("06052b8104001f", 0xfffffffffffffffffffffffffffffffffffffffeffffee37, 0x0, 0x3, 0xdb4ff10ec057e9ae26b07d0280b7f4341da5d1b1eae06c7d, 0x9b2f2f6d9c5628a7844163d015be86344082aa88d95e2f9d, 0xfffffffffffffffffffffffe26f2fc170f69466a74defd8d),
    "prime256v1": ("06082a8648ce3d030107", 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff, 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffc, 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b, 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5, 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551),
    "secp256k1": ("06052b8104000a", 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f, 0x0, 0x7, 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798, 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8, 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141),
    "secp384r1": ("06052b81040022", 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff, 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc, 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef, 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7, 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f, 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973),
    "secp521r1": ("06052b81040023", 0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc, 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00, 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66, 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650, 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409),
    "brainpoolP256r1": ("06092b2403030208010107", 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377, 0x7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9, 0x26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6, 0x8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262, 0x547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997, 0xa9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7),
    "brainpoolP384r1": ("06092b240303020801010b", 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53, 0x7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826, 0x4a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11, 0x1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e, 0x8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315, 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565),
    "brainpoolP512r1": ("06092b240303020801010d", 0xaadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3, 0x7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca, 0x3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723, 0x81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822, 0x7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892, 0xaadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069),
}


def plus(p, q, a, m):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % m == 0:
        return None
    slope = (3 * p[0] * p[0] + a) * pow(2 * p[1], -1, m) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, m)
    x = (slope * slope - p[0] - q[0]) % m
    return (x, (slope * (p[0] - x) - p[1]) % m)


def scaled(k, p, a, m):
    out = None
    while k:
        out = plus(out, p, a, m) if k & 1 else out
        p, k = plus(p, p, a, m), k >> 1
    return out


def numbers(der):
    """The two numbers of a signature, in DER and in no other form."""
    def tagged(tag, data):
        body = data[2:] if data[1] < 0x80 else data[3:]
        size = data[1] if data[1] < 0x80 else data[2]
        if data[0] != tag or data[1] > 0x81 or len(body) < size or (data[1] == 0x81 and size < 0x80):
            raise ValueError("DER")
        return body[:size], body[size:]

    def number(data):
        if not data or data[0] & 0x80 or (len(data) > 1 and data[0] == 0 and not data[1] & 0x80):
            raise ValueError("DER")
        return int.from_bytes(data, "big")

    both, rest = tagged(0x30, der)
    r, more = tagged(0x02, both)
    s, end = tagged(0x02, more)
    if rest or end:
        raise ValueError("DER")
    return number(r), number(s)


def ecdsa(name, digest, point, signature):
    _, m, a, b, gx, gy, order = CURVES[name]
    size = (m.bit_length() + 7) // 8
    x, y = int.from_bytes(point[1 : 1 + size], "big"), int.from_bytes(point[1 + size :], "big")
    if point[0] != 4 or len(point) != 1 + 2 * size or (y * y - x * x * x - a * x - b) % m:
        return False
    r, s = numbers(signature)
    if not (0 < r < order and 0 < s < order):
        return False
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - order.bit_length())
    w = pow(s, -1, order)
    at = plus(scaled(e * w % order, (gx, gy), a, m), scaled(r * w % order, (x, y), a, m), a, m)
    return at is not None and at[0] % order == r


def key_in(der):
    """Curve and bytes of a key (SubjectPublicKeyInfo): what stands before the bytes is the same for all keys of a curve."""
    text = der.hex()
    if text.startswith("302a300506032b6570032100") and len(der) == 44:
        return "ed25519", der[12:]
    for name, (oid, m, *_) in CURVES.items():
        if f"06072a8648ce3d0201{oid}03" in text:
            return name, der[-(1 + 2 * ((m.bit_length() + 7) // 8)) :]
    raise ValueError("key")


def signed(text, der, ed_verify):
    curve, key = key_in(der)
    data, signature = text["payload"].encode(), bytes.fromhex(text["signature"])
    if text["kind"] == "ed25519":
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        base = f'"content-digest": sha-256=:{digest}:\n"@signature-params": {text["parameters"]}'
        return curve == "ed25519" and ed_verify(key, base.encode(), signature)
    name, digest = text["parameters"].split(" ")
    return text["kind"] == "ocmf" and name == curve and ecdsa(name, hashlib.new(digest, data).digest(), key, signature)


def moment(text):
    if not re.search(r"(Z|[+-]\d\d:\d\d)$", text):
        raise ValueError("an instant without an offset")
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def readings(text):
    if text["kind"] == "ed25519":
        lines = [line for line in text["payload"].split("\n") if line.strip()]
        in_lines = len(lines) > 1 and all(line.strip().startswith("{") and line.strip().endswith("}") for line in lines)
        whole = [json.loads(line) for line in lines] if in_lines else [json.loads(text["payload"])]
        items = [item for one in whole for item in (one["readings"] if isinstance(one.get("readings"), list) else [one])]
        return [one_reading(item) for item in items]
    record = json.loads(text["payload"], parse_float=str, parse_int=str)
    meter = next(record[name] for name in ("MS", "GS", "CI") if record.get(name)).strip()
    said, before = [], {"RI": "energy"}
    for one in record["RD"]:
        before = {**before, **one}
        at = re.fullmatch(r"(.{19})[,.](\d{3})([+-]\d\d):?(\d\d)( [USIR])?", before["TM"].strip())
        said.append((meter, before["RI"].strip(), moment(f"{at[1]}.{at[2]}{at[3]}:{at[4]}"), None, exact(before["RV"]), before["RU"]))
    return said


def one_reading(item):
    if "from" in item:
        return (item["meter"], item["register"], moment(item["from"]), moment(item["to"]), exact(item["quantity"]), item["unit"])
    return (item["meter"], item["register"], moment(item["at"]), None, exact(item["value"]), item["unit"])


def exact(text):
    if not isinstance(text, str) or not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text):
        raise ValueError("a written decimal")
    return Fraction(text)


FACTORS = {("Wh", "kWh"): Fraction(1, 1000), ("m3", "l"): Fraction(1000)}


def in_unit(value, unit, wanted):
    if unit in (wanted, "pulses", "unknown"):
        return value
    factor = FACTORS.get((unit, wanted))
    return None if factor is None else value * factor


def counted(statement):
    """Displays at the ends of rows, each once, and interval registers with how many were received and what they came to."""
    ends, sent = set(), {}
    for use in statement["use"]:
        for row in use["readings"]:
            if "partOf" in row:
                continue
            place = (row["meter"], row["register"])
            for end in (row.get("previous"), row.get("latest")):
                if end is not None:
                    ends.add((place, end["at"], exact(end["value"]), use["unit"]))
            if "intervals" in row:
                present, used, _ = sent.get(place, (0, Fraction(0), ""))
                sent[place] = (present + row["intervals"]["present"], used + exact(row["used"]), use["unit"])
    return ends, sent


def differs(statement, devices):
    """Whether what was signed is what is printed, each text and name is needed, and all stand in their one order."""
    if devices["zone"] not in available_timezones():
        return True
    zone = ZoneInfo(devices["zone"])
    names = {(n["as"]["meter"], n["as"]["register"]): (i, (n["meter"], n["register"])) for i, n in enumerate(devices["names"])}
    told = [(names[(m, r)], rest, i) for i, text in enumerate(devices["texts"]) for m, r, *rest in readings(text) if (m, r) in names]
    ends, sent = counted(statement)
    used_texts, used_names = set(), set()
    for place, at in {(place, at) for place, at, *_ in ends}:
        shown = [(n, value, unit, i) for (n, own), (when, until, value, unit), i in told
                 if own == place and until is None and when.astimezone(zone).strftime("%Y-%m-%dT%H:%M") == at]
        printed = [(value, unit) for where, when, value, unit in ends if (where, when) == (place, at)]
        found = [(n, i) for want, wanted in printed for n, value, unit, i in shown if in_unit(value, unit, wanted) == want]
        if shown and not found:
            return True
        used_names |= {n for n, _ in found}
        used_texts |= {i for _, i in found}
    midnight = lambda day: datetime.fromisoformat(day).replace(tzinfo=zone)
    first, last = midnight(statement["period"]["from"]), midnight(statement["period"]["to"])
    for place, (present, used, wanted) in sent.items():
        by_start = {}
        for (n, own), (when, until, value, unit), i in told:
            value = in_unit(value, unit, wanted)
            if own == place and until is not None and value is not None and when >= first and until <= last:
                if by_start.setdefault(when, (value, n, i))[0] != value:
                    return True
        whole = sum((value for value, _, _ in by_start.values()), Fraction(0))
        if len(by_start) > present or (whole != used if len(by_start) == present else whole > used):
            return True
        used_names |= {n for _, n, _ in by_start.values()}
        used_texts |= {i for _, _, i in by_start.values()}
    hashes = [hashlib.sha256(text["payload"].encode()).hexdigest() for text in devices["texts"]]
    in_order = [json.dumps(n, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-16-be") for n in devices["names"]]
    rising = all(a < b for a, b in zip(hashes, hashes[1:])) and all(a < b for a, b in zip(in_order, in_order[1:]))
    return not rising or len(used_texts) != len(hashes) or len(used_names) != len(in_order)
