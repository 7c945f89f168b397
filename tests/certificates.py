"""Certificates for a test, made by OpenSSL's command line: an authority, a server at 127.0.0.1, and a client."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
SIGNED = (
    "basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1,DNS:localhost\nkeyUsage=digitalSignature\n"
    "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
)


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Certificates:
    authority: Path
    server: Certificate
    client: Certificate


def make_certificates(folder: Path) -> Certificates:
    """Make all of them in a folder. Without OpenSSL the test is skipped."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    _sign(folder, "ca", AUTHORITY, "-signkey", str(authority_key))
    issued = {
        name: _sign(folder, name, SIGNED, "-CA", str(authority), "-CAkey", str(authority_key), "-CAcreateserial")
        for name in ("server", "client")
    }
    return Certificates(authority, issued["server"], issued["client"])


def _sign(folder: Path, name: str, extensions: str, *by: str) -> Certificate:
    key, request, certificate, wanted = (folder / f"{name}.{end}" for end in ("key", "csr", "pem", "ext"))
    wanted.write_text(extensions)
    _openssl("req", *KEY, "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name} of a test")
    _openssl("x509", "-req", "-in", str(request), *by, "-days", "2", "-extfile", str(wanted), "-out", str(certificate))
    return Certificate(certificate, key)


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)
