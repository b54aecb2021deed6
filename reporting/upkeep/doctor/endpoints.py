"""The addresses of the sources: their certificates, and the time they have."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError, SourceRejectedError
from baocao.settings import Settings
from connectors.asking.endpoints import Endpoint, look_at_endpoint
from connectors.registry import resolve_address
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good

CHECK = "sources.certificate"
WHY = "hết hạn thì mọi lần thu thập từ hệ thống này đều dừng (mã kết thúc 12)"
SOON_DAYS = 30
AT_ONCE = 8


def look_at_endpoints(catalogue: Catalogue, settings: Settings) -> dict[str, Endpoint]:
    """By source, every one of the catalogue that has an address; all at once."""
    addresses = dict(_addresses(catalogue, settings))
    sources = catalogue.sources
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = pool.map(lambda code: look_at_endpoint(sources[code], addresses[code]), addresses)
        return dict(zip(addresses, seen, strict=True))


def judge_certificates(catalogue: Catalogue, seen: Mapping[str, Endpoint]) -> Iterator[DoctorFinding]:
    """One finding for each https source that answered; those that did not are told of by who signs in."""
    secure = {code: seen[code] for code in seen if catalogue.sources[code].base_url.startswith("https://")}
    for code, endpoint in secure.items():
        about = f"Chứng thư TLS của {catalogue.sources[code].label}"
        if not endpoint.is_trusted:
            yield bad(
                CHECK, about, f"không tin cậy được: {endpoint.fault}", why=WHY, exit_code=SourceRejectedError.exit_code,
                mend=f"Báo đơn vị quản trị hệ thống; nếu họ dùng CA riêng, ghi tệp CA vào {code}.verify_tls.",
            )  # fmt: skip
        elif endpoint.ends_at is not None:
            yield judge_end(about, endpoint.ends_at, datetime.now(UTC))
    if not secure:
        yield good(CHECK, "Chứng thư TLS", "không có nguồn nào dùng https")


def judge_end(about: str, ends_at: datetime, now: datetime) -> DoctorFinding:
    days = (ends_at - now).days
    says = f"còn {days} ngày (đến {ends_at:%d/%m/%Y})"
    if days >= SOON_DAYS:
        return good(CHECK, about, says)
    return doubtful(CHECK, about, says, why=WHY, mend="Báo ngay đơn vị quản trị hệ thống để gia hạn trước ngày đó.")


def clocks_of(seen: Mapping[str, Endpoint]) -> dict[str, float]:
    return {code: endpoint.ahead_s for code, endpoint in seen.items() if endpoint.ahead_s is not None}


def _addresses(catalogue: Catalogue, settings: Settings) -> Iterator[tuple[str, str]]:
    for code, source in catalogue.sources.items():
        try:
            address = resolve_address(source, settings)
        except ConfigError:
            continue  # the training server, which is not running
        if address:
            yield code, address
