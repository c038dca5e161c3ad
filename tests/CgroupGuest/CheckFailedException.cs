namespace Headroom.CgroupGuest;

/// <summary>What was read is not what the kernel was told to do.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
