"""iGate's code lists: levels, statuses, ways of handing in and of receiving the result."""

from sandbox.world.ledger import Channel, Level, Status

LEVEL_IDS = {
    Level.FULL: "5f5b2c2b4e1bd312a6f3ae25",
    Level.LEVEL_4: "5f5b2c2b4e1bd312a6f3ae25",
    Level.PARTIAL: "5f5b2c4b4e1bd312a6f3ae24",
    Level.LEVEL_3: "5f5b2c4b4e1bd312a6f3ae24",
    Level.INFORMATION: "5f5b2c2b4e1bd312a6f3ae23",
}
LEVEL_NAMES = {
    Level.FULL: "Dịch vụ công trực tuyến toàn trình",
    Level.PARTIAL: "Dịch vụ công trực tuyến một phần",
    Level.LEVEL_3: "Mức độ 3",
    Level.LEVEL_4: "Mức độ 4",
    Level.INFORMATION: "Dịch vụ cung cấp thông tin trực tuyến",
}
STATUSES = {
    Status.REGISTERED: (0, "Mới đăng ký"),
    Status.SUPPLEMENT: (1, "Yêu cầu bổ sung giấy tờ"),
    Status.PROCESSING: (2, "Đang xử lý"),
    Status.FEE_DUE: (3, "Yêu cầu thực hiện nghĩa vụ tài chính"),
    Status.DONE: (4, "Đã xử lý xong"),
    Status.RETURNED: (5, "Đã trả kết quả"),
    Status.STOPPED: (6, "Dừng xử lý"),
    Status.RECEIVED: (8, "Được tiếp nhận"),
    Status.WITHDRAWN: (12, "Công dân yêu cầu rút"),
    Status.REFUSED: (13, "Không được tiếp nhận"),
}
APPLY_METHODS = {
    Channel.ONLINE: (0, "Trực tuyến"),
    Channel.IN_PERSON: (1, "Trực tiếp"),
    Channel.POSTAL: (2, "Bưu chính công ích"),
}
RECEIVING = ((0, "Nhận trực tiếp"), (1, "Nhận qua bưu chính"), (2, "Nhận trực tuyến"))
