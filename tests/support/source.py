"""The modules of the two packages as text, and the names that each of them imports."""

import ast
from collections.abc import Mapping

from tests.support.project import ROOT

Sources = Mapping[str, str]  # dotted name of a module -> its code


def source() -> Sources:
    """Every module of the two packages; a package is named as such, without __init__."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path.read_text("utf-8")
        for package in ("bot", "retrieval")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def imports(module: str, sources: Sources) -> set[str]:
    """The dotted names that a module imports anywhere in it, functions and conditions included.

    A string that holds the dotted name of a module counts as an import, since `import_module` takes such a string.
    """
    is_package = any(name.startswith(f"{module}.") for name in sources)
    names = set()
    for node in ast.walk(ast.parse(sources[module])):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            base = parts[: len(parts) - node.level + is_package] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            submodules = {f"{origin}.{alias.name}" for alias in node.names} & set(sources)
            names |= submodules
            if len(submodules) < len(node.names):
                names.add(origin)
        elif isinstance(node, ast.Constant) and "." in str(node.value) and node.value in sources:
            names.add(str(node.value))
    return names


def imports_by_name(tree: ast.AST) -> bool:
    return any(name_of(node) in ("import_module", "__import__") for node in ast.walk(tree))


def under(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def chapter(module: str, package: str) -> str | None:
    """The chapter of a package that a module belongs to; None for the package itself and for other packages."""
    return module.removeprefix(f"{package}.").partition(".")[0] if module.startswith(f"{package}.") else None


def is_folder(name: str, sources: Sources) -> bool:
    return any(module.startswith(f"{name}.") for module in sources)


def name_of(node: ast.AST) -> str | None:
    """The name that a node reads: a name, an attribute or an import alias."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.name if isinstance(node, ast.alias) else None
