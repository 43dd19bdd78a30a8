"""Prints a token with which a browser proves its uid, as a Python backend makes it: a JWT, without a package.

    python3 token.py <uid> [secret]

The secret can also come from TOKEN_SECRET, where the list of processes doesn't show it.
Exit code: 0, or 2 when there is no uid or no secret.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time

TTL_SECONDS = 3600


def create_token(uid: str, secret: str) -> str:
    now = int(time.time())
    header = base64_url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = base64_url(json.dumps({"sub": uid, "iat": now, "exp": now + TTL_SECONDS}).encode())
    signature = hmac.digest(secret.encode(), f"{header}.{claims}".encode(), hashlib.sha256)
    return f"{header}.{claims}.{base64_url(signature)}"


def base64_url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    uid = sys.argv[1] if len(sys.argv) > 1 else ""
    secret = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("TOKEN_SECRET", "")
    if not uid or not secret:
        print("usage: python3 token.py <uid> [secret]; without one the secret is TOKEN_SECRET", file=sys.stderr)
        sys.exit(2)
    print(create_token(uid, secret))
