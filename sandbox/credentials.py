"""User names and secrets the played systems accept; none of them opens anything real."""

DOCUMENTS_USERNAME = "tichhop.baocao"
ONE_STOP_CLIENT = "baocao-tichhop"
PORTAL_USERNAME = "baocao.h98"

ENVIRONMENT: dict[str, str] = {
    "BAOCAO_DOCUMENTS_PASSWORD": "bcsbx-van-ban-7391",
    "BAOCAO_ONE_STOP_SECRET": "bcsbx-mot-cua-5520",
    "BAOCAO_PORTAL_PASSWORD": "bcsbx-cong-dvc-8846",
}
