"""atriumctl over https: it trusts nobody who can't show a certificate for that name."""
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
from urllib.parse import urlsplit

from console import WithServer


class TlsProxy:
    """Takes TLS off and hands on to the server, as a proxy in front of it does."""

    def __init__(self, url, certificate, key):
        self._to = (urlsplit(url).hostname, urlsplit(url).port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            with self._context.wrap_socket(plain, server_side=True) as client, \
                    socket.create_connection(self._to) as server:
                back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join()
        except OSError:
            pass

    @staticmethod
    def _pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self._listener.close()


class Tls(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.TemporaryDirectory()
        cls.certificate = os.path.join(cls.folder.name, "cert.pem")
        key = os.path.join(cls.folder.name, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                        cls.certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        cls.proxy = TlsProxy(cls.server.url, cls.certificate, key)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.folder.cleanup()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.env["ATRIUM_URL"] = f"https://localhost:{self.proxy.port}"

    def test_an_unknown_certificate_is_not_trusted(self):
        self.run_ctl("rooms", code=3)
        self.assertIn("certificate verify failed", self.done.stderr)

    def test_a_known_one_is(self):
        self.assertTrue(json.loads(self.run_ctl("rooms", "--json", "--ca-file",
                                                self.certificate))["success"])
        self.run_ctl("rooms", ATRIUM_CA_FILE=self.certificate)
        # As the system's own.
        self.run_ctl("rooms", SSL_CERT_FILE=self.certificate)

    def test_one_of_another_name_is_not(self):
        self.env["ATRIUM_URL"] = f"https://127.0.0.1:{self.proxy.port}"
        self.run_ctl("rooms", "--ca-file", self.certificate, code=3)
        self.assertIn("no trusted connection", self.done.stderr)

    def test_streams_and_changes_work_as_well(self):
        self.env["ATRIUM_CA_FILE"] = self.certificate
        self.assertEqual(len(self.run_ctl("tail", self.room["id"], "--count", "1").splitlines()), 1)
        self.run_ctl("lock", self.room["id"])
        self.assertEqual(self.run_ctl("top", "--count", "2", "--interval", "0.1")
                         .count("atriumd "), 2)

    def test_neither_end_speaks_the_other_s_language(self):
        self.run_ctl("rooms", "--url", f"http://localhost:{self.proxy.port}", code=3)
        plain = self.server.url.replace("http:", "https:")
        self.run_ctl("rooms", "--url", plain, code=3)


if __name__ == "__main__":
    unittest.main()
