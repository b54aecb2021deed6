"""User names and secrets the played systems accept; none of them opens anything real."""

DOCUMENTS_USERNAME = "tichhop.baocao"
ONE_STOP_CLIENT = "baocao-tichhop"
PORTAL_USERNAME = "baocao.h98"
TANDAN_USERNAME = "baocao.tichhop"
TANDAN_TENANT = "bienmau"
OPENCPS_USERNAME = "baocao@bienmau.vi-du.vn"
AXIS_SYSTEM = "H98.BAOCAO"
LGSP_CLIENT = "bienmau-baocao"

ENVIRONMENT: dict[str, str] = {
    "BAOCAO_DOCUMENTS_PASSWORD": "bcsbx-van-ban-7391",
    "BAOCAO_ONE_STOP_SECRET": "bcsbx-mot-cua-5520",
    "BAOCAO_PORTAL_PASSWORD": "bcsbx-cong-dvc-8846",
    "BAOCAO_TANDAN_PASSWORD": "bcsbx-tan-dan-2617",
    "BAOCAO_OPENCPS_PASSWORD": "bcsbx-opencps-4093",
    "BAOCAO_AXIS_KEY": "bcsbx-truc-lien-thong-6158",
    "BAOCAO_LGSP_SECRET": "bcsbx-lgsp-9372",
}
