"""From latitude and longitude to the National Grid, and distances on it.

Source: Ordnance Survey, "A guide to coordinate systems in Great Britain" (2020), annexes B and C: the seven-parameter
Helmert transformation from WGS84 to OSGB36 (good to about 5 metres) and the transverse Mercator projection.
"""

from math import atan2, cos, hypot, radians, sin, sqrt, tan

METRES_A_MILE = 1609.344
# Semi-axes in metres of WGS84 and of Airy 1830; shift in metres, scale as a fraction, rotations in seconds of arc.
WGS84 = (6378137.0, 6356752.314245)
AIRY = (6377563.396, 6356256.909)
SHIFT = (-446.448, 125.157, -542.060)
SCALE = 20.4894e-6
ROTATION = (-0.1502, -0.2470, -0.8421)
# The projection: scale on the central meridian, true origin in degrees and its grid coordinates in metres.
F0, LATITUDE_0, LONGITUDE_0, EASTING_0, NORTHING_0 = 0.9996012717, 49.0, -2.0, 400000.0, -100000.0


def grid_reference(latitude: float, longitude: float) -> tuple[int, int]:
    """Easting and northing in metres of a point in Great Britain, given in WGS84 degrees."""
    return _projected(*_osgb36(radians(latitude), radians(longitude)))


def miles_between(easting: int, northing: int, other_easting: int, other_northing: int) -> float:
    """The straight distance in miles between two points of the grid, in metres."""
    return hypot(easting - other_easting, northing - other_northing) / METRES_A_MILE


def _osgb36(latitude: float, longitude: float) -> tuple[float, float]:
    """The same point on Airy's ellipsoid; radians in, radians out."""
    a, b = WGS84
    squared = 1 - (b * b) / (a * a)
    normal = a / sqrt(1 - squared * sin(latitude) ** 2)
    x, y = normal * cos(latitude) * cos(longitude), normal * cos(latitude) * sin(longitude)
    z = (1 - squared) * normal * sin(latitude)
    rx, ry, rz = (radians(seconds / 3600) for seconds in ROTATION)
    moved_x = SHIFT[0] + (1 + SCALE) * x - rz * y + ry * z
    moved_y = SHIFT[1] + rz * x + (1 + SCALE) * y - rx * z
    moved_z = SHIFT[2] - ry * x + rx * y + (1 + SCALE) * z
    return _on_ellipsoid(moved_x, moved_y, moved_z)


def _on_ellipsoid(x: float, y: float, z: float) -> tuple[float, float]:
    a, b = AIRY
    squared = 1 - (b * b) / (a * a)
    flat = hypot(x, y)
    latitude = atan2(z, flat * (1 - squared))
    for _ in range(5):  # each step gains about three digits
        normal = a / sqrt(1 - squared * sin(latitude) ** 2)
        latitude = atan2(z + squared * normal * sin(latitude), flat)
    return latitude, atan2(y, x)


def _projected(latitude: float, longitude: float) -> tuple[int, int]:
    a, b = AIRY
    squared = 1 - (b * b) / (a * a)
    curve = 1 - squared * sin(latitude) ** 2
    nu, rho = a * F0 / sqrt(curve), a * F0 * (1 - squared) / curve**1.5
    eta = nu / rho - 1
    s, c, t = sin(latitude), cos(latitude), tan(latitude)
    p = longitude - radians(LONGITUDE_0)
    north = _meridian(latitude) + NORTHING_0
    north += nu / 2 * s * c * p**2 + nu / 24 * s * c**3 * (5 - t**2 + 9 * eta) * p**4
    north += nu / 720 * s * c**5 * (61 - 58 * t**2 + t**4) * p**6
    east = EASTING_0 + nu * c * p + nu / 6 * c**3 * (nu / rho - t**2) * p**3
    east += nu / 120 * c**5 * (5 - 18 * t**2 + t**4 + 14 * eta - 58 * t**2 * eta) * p**5
    return round(east), round(north)


def _meridian(latitude: float) -> float:
    """The developed arc of the meridian from the true origin, in metres."""
    a, b = AIRY
    n = (a - b) / (a + b)
    origin = radians(LATITUDE_0)
    less, more = latitude - origin, latitude + origin
    arc = (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
    arc -= (3 * n + 3 * n**2 + 2.625 * n**3) * sin(less) * cos(more)
    arc += 1.875 * (n**2 + n**3) * sin(2 * less) * cos(2 * more)
    arc -= 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
    return b * F0 * arc
