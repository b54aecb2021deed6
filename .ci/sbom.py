"""`make sbom`: the bill of materials (CycloneDX) of what is installed to run, made from the lock alone.

The same lock gives the same bytes. Each package is there with its version, hashes and what needs it; no address of a
registry, no path, no name of a machine.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from reporting.upkeep.doctor.installation import read_lock

CHECKOUT_DIR = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT_DIR / "requirements.lock"
TOOL = Path(sys.executable).with_name("cyclonedx-py")
ROOT = "baocao"
_BLOCK = re.compile(r"(?ms)^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+).*?(?=^\S|\Z)")
_VIA = re.compile(r"(?m)^\s+#(?: via)?\s+([A-Za-z0-9][\w.-]*)")
_ADDRESS = re.compile(r"[a-z]+://(?!cyclonedx\.org/schema/)|/(?:home|root|tmp|work)/")


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT_DIR / "dist" / "sbom.cdx.json"
    bom = make_sbom()
    complaints = find_faults(bom)
    for complaint in complaints:
        print(f"sbom: {complaint}")
    if complaints:
        return 1
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(print_sbom(bom), encoding="utf-8")
    print(f"sbom: {len(bom['components'])} components, valid CycloneDX {bom['specVersion']}")
    return 0


def make_sbom(lock: Path = LOCK) -> dict[str, Any]:
    command = [
        str(TOOL), "requirements", str(lock), "--pyproject", str(CHECKOUT_DIR / "pyproject.toml"),
        "--output-reproducible", "--no-validate", "--of", "JSON",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    bom: dict[str, Any] = json.loads(done.stdout)
    bom["components"] = sorted((tidy(one) for one in bom["components"]), key=lambda one: str(one["bom-ref"]))
    bom["metadata"]["component"]["bom-ref"] = ROOT
    for tool in bom["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    bom["dependencies"] = find_dependencies(lock, bom["components"])
    return bom


def tidy(component: dict[str, Any]) -> dict[str, Any]:
    """Called by what it is instead of by its line in the lock; its hashes without the registry's address."""
    hashes = [one for reference in component.get("externalReferences", ()) for one in reference.get("hashes", ())]
    kept = {name: component[name] for name in ("type", "name", "version", "purl")}
    return {"bom-ref": component["purl"], **kept, "hashes": sorted(hashes, key=lambda one: str(one["content"]))}


def find_dependencies(lock: Path, components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who needs whom, from the lock's own `via` comments."""
    references: dict[str, set[str]] = {}
    for one in components:
        references.setdefault(one["name"], set()).add(one["bom-ref"])
    needs: dict[str, set[str]] = {reference: set() for each in references.values() for reference in each}
    needs[ROOT] = set()
    for name, _, block in ((*match.groups(), match.group()) for match in _BLOCK.finditer(lock.read_text("utf-8"))):
        for needer in _VIA.findall(block):
            for reference in {ROOT} if needer == ROOT else references.get(needer, set()):
                needs[reference] |= references[name]
    return [{"ref": reference, "dependsOn": sorted(each)} for reference, each in sorted(needs.items())]


def find_faults(bom: dict[str, Any], lock: Path = LOCK) -> list[str]:
    """What keeps it from being a bill of materials of this lock."""
    text = print_sbom(bom)
    error = JsonStrictValidator(SchemaVersion.from_version(bom["specVersion"])).validate_str(text)
    locked = {(name, version) for name, pin in read_lock(lock).items() for version in pin.versions}
    listed = {(one["name"], one["version"]) for one in bom["components"]}
    faults = [f"not valid: {error}"] if error else []
    faults += [f"{name} {version} is locked and not listed" for name, version in sorted(locked - listed)]
    faults += [f"{name} {version} is listed and not locked" for name, version in sorted(listed - locked)]
    faults += [f"{one['name']} has no hash" for one in bom["components"] if not one["hashes"]]
    faults += [f"an address or path: {found}" for found in sorted(set(_ADDRESS.findall(text)))]
    return faults


def print_sbom(bom: dict[str, Any]) -> str:
    return json.dumps(bom, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
