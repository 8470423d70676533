namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Maintenance takes the words of everyone whose time is over by the test's clock, so these tests have a host of their own and take turns
/// on it.
/// </summary>
[CollectionDefinition(nameof(MaintenanceCollection))]
public sealed class MaintenanceCollection : ICollectionFixture<MaintenanceApp>;

public sealed class MaintenanceApp : LearningApp;
