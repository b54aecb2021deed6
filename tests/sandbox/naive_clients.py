"""The plainest client of each system: loops over requests, nothing shared with the product's connectors."""

import orjson
import requests

from sandbox.credentials import DOCUMENTS_USERNAME, ENVIRONMENT, ONE_STOP_CLIENT, PORTAL_USERNAME

DAC_KHU = {"agency": "64f0c1a2b3d4e5f607182951", "post": "5101", "portal": "H98.51"}
XA = {"agency": "64f0c1a2b3d4e5f607182925", "post": "2501", "portal": "000.31.25.H98"}
TOKEN = "/sso/auth/realms/digo/protocol/openid-connect/token"
SEARCH = "/igate/pa/dossier/search"
AGENCIES = "/igate/ba/agency/name+code"
STATISTIC = "/igate/pa/dossier-statistic/--statistic-agency-kgg"
LOOK_UP = "/qlvb/api/document/lookupdocument/"
COUNT_PAGES = "/qlvb/api/document/paginglookupdocument/"
MAPI = "/dvcqg/XrdAdapter/RestService/forward/mapi"
PROVIDER = {"dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"}
Q4_2025 = ("2025-09-15", "2025-12-14")


class OneStop:
    def __init__(self, url, secret=None):
        self.url = url
        self.session = requests.Session()
        self.secret = secret or ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"]

    def log_in(self):
        form = {"grant_type": "client_credentials", "client_id": ONE_STOP_CLIENT, "client_secret": self.secret}
        answer = self.session.post(self.url + TOKEN, data=form, timeout=600)
        if answer.ok:
            self.session.headers["Authorization"] = f"bearer {answer.json()['access_token']}"
        return answer

    def get(self, path=SEARCH, timeout=600, **params):
        return self.session.get(self.url + path, params=params, timeout=timeout)

    def list_all(self, days=None, agency=None, size=1000, **params):
        params |= {"size": size}
        if days:
            params |= {"accepted-from": f"{days[0]}T00:00:00.000Z", "accepted-to": f"{days[1]}T23:59:59.999Z"}
        if agency:
            params["ancestor-agency-id"] = agency
        rows, page = [], 0
        while True:
            content = orjson.loads(self.get(page=page, **params).content)
            rows += content["content"]
            page += 1
            if content["last"]:
                return rows


class Documents:
    def __init__(self, url, password=None):
        self.url = url
        self.session = requests.Session()
        self.password = password or ENVIRONMENT["BAOCAO_DOCUMENTS_PASSWORD"]

    def log_in(self, post=None):
        body = {"username": DOCUMENTS_USERNAME, "password": self.password, "tokenFireBase": ""}
        answer = self.session.post(f"{self.url}/qlvb/api/login/", json=body, timeout=600)
        if answer.ok:
            self._take_token(answer)
            if post is not None:
                self._take_token(self.session.post(f"{self.url}/qlvb/api/switch/{post}/", timeout=600))
        return answer

    def _take_token(self, answer):
        self.session.headers["X-Authentication-Token"] = answer.json()["data"]["token"]

    def post(self, path=LOOK_UP, timeout=600, **body):
        return self.session.post(self.url + path, json={"pageNo": "1", "pageRec": "50"} | body, timeout=timeout)

    def list_all(self, first, last):
        days = {"startDateBanHanh": first, "endDateBanHanh": last}
        pages = int(self.post(COUNT_PAGES, **days).json()["data"]["pageNo"])
        return [row for page in range(1, pages + 1) for row in self.post(pageNo=str(page), **days).json()["data"]]


class Portal:
    def __init__(self, url, unit="H98.51", password=None):
        self.url, self.unit, self.key = url, unit, ""
        self.session = requests.Session()
        self.password = password or ENVIRONMENT["BAOCAO_PORTAL_PASSWORD"]

    def log_in(self):
        body = {"username": PORTAL_USERNAME, "password": self.password}
        answer = self.session.post(f"{self.url}{MAPI}/login", params=PROVIDER, json=body, timeout=600)
        if answer.ok and "session" in answer.text:
            self.key = answer.json()["session"]
        return answer

    def call(self, service="LayDanhSachTTHC", timeout=600, **body):
        body = {"session": self.key, "madonvi": self.unit, "service": service} | body
        return self.session.post(f"{self.url}{MAPI}/g", params=PROVIDER, json=body, timeout=timeout)
