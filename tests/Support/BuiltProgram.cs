using System.Reflection;

namespace Headroom.Support;

/// <summary>The programs of this repository as they were built together with the tests.</summary>
public static class BuiltProgram
{
    /// <summary>The silo.</summary>
    public static string Silo => Find("Headroom.Silo");

    /// <summary>The child of the store's tests.</summary>
    public static string StoreWriter => Find("Headroom.StoreWriter");

    /// <summary>The child that lends memory.</summary>
    public static string Lender => Find("Headroom.Lender");

    /// <summary>The program that uses the SDK under load.</summary>
    public static string LoadClient => Find("Headroom.LoadClient");

    /// <summary>The journaling store.</summary>
    public static string Journal => Find("Headroom.Samples.Journal");

    /// <summary>The cache that gives way.</summary>
    public static string Cache => Find("Headroom.Samples.Cache");

    /// <summary>The tour of the SDK.</summary>
    public static string Tour => Find("Headroom.Samples.Tour");

    /// <summary>The server whose endpoints ask for memory.</summary>
    public static string Web => Find("Headroom.Samples.Web");

    private static string Find(string name) => typeof(BuiltProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == name).Value!;
}
